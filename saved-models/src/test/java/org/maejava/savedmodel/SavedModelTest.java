package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.io.IOException;
import java.nio.file.Path;
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

@DisplayName("An exported model, loaded again")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SavedModelTest {

  private static final PatchGrid GRID = PatchGrid.of(TinyModel.of(false));

  /** Rounding of x → (x − mean) / std → · std + mean on values up to 1. */
  private static final float ROUNDING = 1e-6f;

  @TempDir static Path folder;
  private InferenceGraph graph;
  private SavedModel pretrained;
  private SavedModel classifier;

  @BeforeAll
  void exportAndLoad() throws IOException {
    graph = TinyExport.pretrained(false);
    var record = TinyExport.record(TinyModel.of(false));
    pretrained =
        SavedModel.open(SavedModelWriter.write(graph, record, folder.resolve("pretrained")));
    try (var classifierGraph = TinyExport.classifier()) {
      classifier =
          SavedModel.open(
              SavedModelWriter.write(
                  classifierGraph, TinyExport.classifierRecord(), folder.resolve("classifier")));
    }
  }

  @AfterAll
  void close() {
    pretrained.close();
    classifier.close();
    graph.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void givesEveryOutputBitByBitAsTheGraphItCameFrom(int batch) {
    for (var signature : graph.signatures()) {
      var inputs = inputs(signature.inputNames(), batch);
      try (var expected = graph.run(signature.key(), inputs);
          var actual = pretrained.call(signature.key(), inputs)) {
        assertThat(actual.keySet()).isEqualTo(signature.outputNames());
        for (var output : signature.outputNames()) {
          assertThat(actual.get(output).orElseThrow().shape().get(0)).isEqualTo(batch);
          assertThat(TinyExport.values(actual, output))
              .as(signature.key() + " " + output)
              .containsExactly(TinyExport.values(expected, output));
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
    assertThat(pretrained.functions())
        .extracting(ModelFunction::toString)
        .containsExactly(
            "features(images: float32 [batch, 32, 32, 3]) → average: float32 [batch, 32], "
                + "features: float32 [batch, 32], patch_features: float32 [batch, 64, 32]",
            "reconstruct(images: float32 [batch, 32, 32, 3], noise: float32 [batch, 64]) → "
                + "mask: float32 [batch, 64], reconstruction: float32 [batch, 32, 32, 3]",
            "serving_default(images: float32 [batch, 32, 32, 3]) → average: float32 [batch, 32], "
                + "features: float32 [batch, 32], patch_features: float32 [batch, 64, 32]");
    assertThat(classifier.functions())
        .extracting(ModelFunction::name)
        .containsExactly("classify", "features", "serving_default");
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
    }
  }

  private static Map<String, Tensor> inputs(Iterable<String> names, int batch) {
    var inputs = new HashMap<String, Tensor>();
    for (var name : names) {
      inputs.put(name, name.equals(Signatures.NOISE) ? noise(batch) : images(batch));
    }
    return inputs;
  }

  private static TFloat32 images(int batch) {
    return Golden.tensor(TinyExport.flat(TinyExport.pixels(batch)), List.of(batch, 32, 32, 3));
  }

  private static TFloat32 noise(int batch) {
    return Golden.tensor(
        TinyExport.flat(TinyExport.noise(batch)), List.of(batch, TinyExport.PATCHES));
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
