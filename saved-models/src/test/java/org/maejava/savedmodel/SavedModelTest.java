package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.Golden;
import org.maejava.golden.TinyModel;
import org.maejava.model.PatchGrid;
import org.maejava.train.InferenceGraph;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

@DisplayName("An exported model, loaded again")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SavedModelTest {

  private static final PatchGrid GRID = PatchGrid.of(TinyModel.of(false));

  /** Rounding of x → (x − mean) / std → · std + mean on values up to 1. */
  private static final float ROUNDING = 1e-6f;

  @TempDir static Path folder;
  private InferenceGraph graph;
  private InferenceGraph classifierGraph;
  private SavedModel pretrained;
  private SavedModel classifier;

  @BeforeAll
  void exportAndLoad() throws IOException {
    graph = TinyExport.pretrained(false);
    var record = TinyExport.record(TinyModel.of(false));
    pretrained =
        SavedModel.open(SavedModelWriter.write(graph, record, folder.resolve("pretrained")));
    classifierGraph = TinyExport.withClassNames(TinyExport.classifier(), folder);
    classifier =
        SavedModel.open(
            SavedModelWriter.write(
                classifierGraph, TinyExport.classifierRecord(), folder.resolve("classifier")));
  }

  @AfterAll
  void close() {
    pretrained.close();
    classifier.close();
    graph.close();
    classifierGraph.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void givesEveryOutputBitByBitAsTheGraphItCameFrom(int batch) {
    assertSame(graph, pretrained, batch);
    assertSame(classifierGraph, classifier, batch);
  }

  private static void assertSame(InferenceGraph graph, SavedModel model, int batch) {
    for (var signature : graph.signatures()) {
      var inputs = inputs(signature.inputNames(), batch);
      try (var expected = graph.run(signature.key(), inputs);
          var actual = model.call(signature.key(), inputs)) {
        assertThat(actual.keySet()).isEqualTo(signature.outputNames());
        for (var output : signature.outputNames()) {
          var tensor = actual.get(output).orElseThrow();
          assertThat(tensor.shape().get(0)).isEqualTo(batch);
          if (tensor instanceof TString names) {
            assertThat(strings(names))
                .isEqualTo(strings((TString) expected.get(output).orElseThrow()));
          } else {
            assertThat(TinyExport.values(actual, output))
                .as(signature.key() + " " + output)
                .containsExactly(TinyExport.values(expected, output));
          }
        }
      }
      inputs.values().forEach(Tensor::close);
    }
  }

  @Test
  void normalisesPixelsAndHasThePublishedLogitsAndFeatures() {
    try (var golden = Golden.open("vit_tiny_gp1");
        var inputs = Golden.open("inputs")) {
      var pixels = TinyExport.goldenPixels(inputs, "finetune.imgs", 0);

      assertThatValues(TinyExport.flat(classifier.classify(pixels).logits()))
          .isCloseTo(golden.floats("logits"), 1e-4, 1e-5);
      assertThatValues(TinyExport.flat(classifier.features(pixels)))
          .isCloseTo(golden.floats("features"), 1e-4, 1e-5);
    }
  }

  @Test
  void probabilitiesAreTheSoftmaxOfTheLogits() {
    var scores = classifier.classify(TinyExport.pixels(3));
    for (int i = 0; i < 3; i++) {
      double sum = 0;
      for (float logit : scores.logits()[i]) {
        sum += Math.exp(logit);
      }
      var expected = new float[TinyExport.CLASSES.size()];
      for (int c = 0; c < expected.length; c++) {
        expected[c] = (float) (Math.exp(scores.logits()[i][c]) / sum);
      }
      assertThatValues(scores.probabilities()[i]).isCloseTo(expected, 1e-5, 0);
    }
  }

  @Test
  void hidesTheGivenShareAndPastesWhatWasVisible() {
    var pixels = TinyExport.pixels(5);
    var noise = TinyExport.noise(5);
    var rebuilt = pretrained.reconstruct(pixels, noise);

    for (int image = 0; image < 5; image++) {
      assertThat(sum(rebuilt.mask()[image])).isEqualTo(48);
      assertThat(lowest(noise[image], 16)).isEqualTo(zeros(rebuilt.mask()[image]));
      int changed = 0;
      for (int i = 0; i < TinyExport.PIXELS; i++) {
        float difference = Math.abs(rebuilt.images()[image][i] - pixels[image][i]);
        if (rebuilt.mask()[image][patchOf(i)] == 0) {
          assertThat(difference).isLessThanOrEqualTo(ROUNDING);
        } else if (difference > ROUNDING) {
          changed++;
        }
      }
      assertThat(changed).as("hidden values that differ").isGreaterThan(48 * 48 / 2);
    }
  }

  @Test
  void rebuildsHiddenPatchesAsThePublishedCodePredictsThem() {
    try (var golden = Golden.open("mae_tiny_npl0");
        var inputs = Golden.open("inputs")) {
      var rebuilt =
          pretrained.reconstruct(
              TinyExport.goldenPixels(inputs, "pretrain.imgs", 0),
              TinyExport.goldenRows(inputs, "pretrain.noise", 0));
      assertThat(TinyExport.flat(rebuilt.mask())).containsExactly(golden.floats("mask"));

      var prediction = golden.floats("pred");
      int image = 1;
      for (int i = 0; i < TinyExport.PIXELS; i++) {
        if (rebuilt.mask()[image][patchOf(i)] == 1) {
          int at = (image * TinyExport.PATCHES + patchOf(i)) * GRID.patchSize() + placeInPatch(i);
          float expected = (float) (prediction[at] * TinyExport.STD + TinyExport.MEAN);
          assertThat(rebuilt.images()[image][i]).isCloseTo(expected, within(1e-5f));
        }
      }
    }
  }

  @Test
  void namesItsFunctionsWithTypesAndShapes() {
    var features =
        " → average: float32 [batch, 32], features: float32 [batch, 32], patch_features: float32"
            + " [batch, 64, 32]";
    var images = "(images: float32 [batch, 32, 32, 3]";
    var pictures = " → mask: float32 [batch, 64], reconstruction: float32 [batch, 32, 32, 3]";
    assertThat(pretrained.functions())
        .extracting(ModelFunction::toString)
        .containsExactly(
            "attention" + images + ") → attention: float32 [batch, 2, 65]",
            "features" + images + ")" + features,
            "features_from_bytes(image_bytes: string [batch])" + features,
            "reconstruct" + images + ", noise: float32 [batch, 64])" + pictures,
            "reconstruct_masked" + images + ", mask: float32 [batch, 64])" + pictures,
            "serving_default" + images + ")" + features,
            "tokens" + images + ") → tokens: float32 [batch, 65, 32]");
    assertThat(classifier.functions())
        .extracting(ModelFunction::name)
        .containsExactly(
            "attention",
            "classify",
            "classify_from_bytes",
            "features",
            "features_from_bytes",
            "serving_default",
            "tokens");
    assertThat(classifier.functions().get(2).outputs().get("top_labels"))
        .hasToString("string [batch, 5]");
  }

  @Test
  void theAttentionOfEachHeadIsDistributedOverAllTokens() {
    var attention = pretrained.attention(TinyExport.pixels(2));
    assertThat(attention).hasDimensions(2, 2 * 65);
    for (var row : attention) {
      for (int head = 0; head < 2; head++) {
        assertThat(sum(Arrays.copyOfRange(row, head * 65, head * 65 + 65)))
            .isCloseTo(1, within(1e-5f));
      }
    }
  }

  @Test
  void tokensAreTheClassTokenAndThePatches() {
    var pixels = TinyExport.pixels(2);
    var tokens = pretrained.tokens(pixels);
    assertThat(tokens).hasDimensions(2, 65 * 32);
    assertThat(Arrays.copyOf(tokens[1], 32)).containsExactly(pretrained.features(pixels)[1]);
  }

  @Test
  void aMaskHidesWhatItsNoiseWouldHide() {
    var pixels = TinyExport.pixels(3);
    var byMask = pretrained.reconstructMasked(pixels, TinyExport.masks(3));
    var byNoise = pretrained.reconstruct(pixels, TinyExport.noise(3));
    for (int i = 0; i < 3; i++) {
      assertThat(byMask.mask()[i]).containsExactly(TinyExport.masks(3)[i]);
      assertThat(byMask.mask()[i]).containsExactly(byNoise.mask()[i]);
      assertThatValues(byMask.images()[i]).isCloseTo(byNoise.images()[i], 1e-5, 1e-5);
    }
  }

  @Test
  void theLikeliestClassesComeWithTheirNames() {
    try (var images = images(3);
        var result = classifier.classify(images)) {
      var names = strings((TString) result.get(Signatures.TOP_LABELS).orElseThrow());
      var rankings = classifier.rankings(TinyExport.pixels(3));
      for (int i = 0; i < 3; i++) {
        assertThat(names.subList(5 * i, 5 * i + 5))
            .isEqualTo(rankings.get(i).top(5).stream().map(Ranking.Score::name).toList());
      }
    }
  }

  @Test
  void knowsItsClassesAndItsRecord() {
    assertThat(classifier.classes()).isEqualTo(TinyExport.CLASSES);
    assertThat(classifier.record()).contains(TinyExport.classifierRecord());
    assertThat(pretrained.classes()).isEmpty();
  }

  @Test
  void averageIsTheMeanOfThePatchFeatures() {
    try (var images = images(2);
        var result = pretrained.features(images)) {
      var patches = TinyExport.values(result, Signatures.PATCH_FEATURES);
      var expected = new float[2 * 32];
      for (int i = 0; i < patches.length; i++) {
        expected[i / (TinyExport.PATCHES * 32) * 32 + i % 32] += patches[i] / TinyExport.PATCHES;
      }
      assertThatValues(TinyExport.values(result, Signatures.AVERAGE))
          .isCloseTo(expected, 1e-5, 1e-6);
      assertThatValues(
              TinyExport.flat(pretrained.features(TinyExport.pixels(2), Signatures.AVERAGE)))
          .isCloseTo(expected, 1e-5, 1e-6);
    }
  }

  private static Map<String, Tensor> inputs(Iterable<String> names, int batch) {
    var inputs = new HashMap<String, Tensor>();
    for (var name : names) {
      inputs.put(
          name,
          switch (name) {
            case Signatures.NOISE -> rows(TinyExport.noise(batch));
            case Signatures.MASK -> rows(TinyExport.masks(batch));
            case Signatures.IMAGE_BYTES -> TinyExport.tensor(TinyExport.files(batch));
            default -> images(batch);
          });
    }
    return inputs;
  }

  private static List<String> strings(TString tensor) {
    var strings = new ArrayList<String>();
    tensor.scalars().forEach(scalar -> strings.add(scalar.getObject()));
    return strings;
  }

  private static TFloat32 images(int batch) {
    return Golden.tensor(TinyExport.flat(TinyExport.pixels(batch)), List.of(batch, 32, 32, 3));
  }

  private static TFloat32 rows(float[][] rows) {
    return Golden.tensor(TinyExport.flat(rows), List.of(rows.length, rows[0].length));
  }

  /** Of the value at an index of an image. */
  private static int patchOf(int index) {
    int row = index / (GRID.width() * GRID.channels());
    int column = index / GRID.channels() % GRID.width();
    return row / GRID.patchHeight() * GRID.columns() + column / GRID.patchWidth();
  }

  /** Where a patch has the value at an index of an image. */
  private static int placeInPatch(int index) {
    int row = index / (GRID.width() * GRID.channels()) % GRID.patchHeight();
    int column = index / GRID.channels() % GRID.width() % GRID.patchWidth();
    return (row * GRID.patchWidth() + column) * GRID.channels() + index % GRID.channels();
  }

  private static float sum(float[] values) {
    float sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  private static List<Integer> lowest(float[] noise, int count) {
    return IntStream.range(0, noise.length)
        .boxed()
        .sorted(Comparator.comparing(i -> noise[i]))
        .limit(count)
        .sorted()
        .toList();
  }

  private static List<Integer> zeros(float[] mask) {
    return IntStream.range(0, mask.length).filter(i -> mask[i] == 0).boxed().toList();
  }
}
