package org.maejava.savedmodel.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.Golden;
import org.maejava.model.Classifier;
import org.maejava.model.Mae;
import org.maejava.model.PatchGrid;
import org.maejava.nn.Params;
import org.maejava.proto.Experiment;
import org.maejava.proto.Pooling;
import org.maejava.proto.Provenance;
import org.maejava.savedmodel.weights.WeightsInspection.Kind;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.Safetensors;
import org.maejava.weights.WeightSource;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * Files, inputs and outputs are PyTorch's: of the published code, transformers, timm, mmpretrain,
 * solo-learn and lightly, as the scripts beside them wrote them.
 */
@DisplayName("Weights that others wrote")
class ForeignOutputsTest {

  @TempDir Path folder;

  /** Through the folder that an import writes. */
  @ParameterizedTest
  @CsvSource({
    "mae_tiny_full.pth, mae_tiny_npl0, param.",
    "mae_tiny_full_legacy.pth, mae_tiny_npl0, param.",
    "mae_tiny_encoder_only.pth, mae_tiny_npl0, param.",
    "mae_tiny_npl0.checkpoint-4.pth, mae_tiny_npl0, after5.",
    "mae_tiny_npl0.safetensors, mae_tiny_npl0, param.",
    "mae_tiny_npl1.safetensors, mae_tiny_npl1, param.",
    "vit_tiny_gp0.safetensors, vit_tiny_gp0, param.",
    "vit_tiny_gp1.safetensors, vit_tiny_gp1, param.",
    "linprobe_tiny_gp0_wd0.0.safetensors, linprobe_tiny_gp0_wd0.0, param.",
    "linprobe_tiny_gp1_wd0.0.safetensors, linprobe_tiny_gp1_wd0.0, param."
  })
  void ofThePublishedCodeAreImportedBitForBit(String file, String expected, String prefix)
      throws IOException {
    var imported = folder.resolve("imported");
    try (var weights = ForeignWeights.open(Golden.path(file));
        var golden = Golden.open(expected)) {
      var experiment = withHeads(weights.inspection().experiment(), 2, 2);
      ImportedFolder.write(
          Golden.path(file), weights, experiment, Provenance.getDefaultInstance(), imported);
      try (var read = Safetensors.open(imported.resolve("weights.safetensors"))) {
        assertThat(read.shapes().keySet()).containsAll(weights.inspection().loaded());
        for (var name : read.shapes().keySet()) {
          assertThat(read.shapes().get(name)).isEqualTo(golden.weights(prefix).shapes().get(name));
          assertThat(bits(read.floats(name)))
              .as(name)
              .containsExactly(bits(golden.floats(prefix + name)));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mae_tiny_full.pth, mae_tiny_npl0",
    "mae_tiny_full_legacy.pth, mae_tiny_npl0",
    "mae_tiny_npl0.safetensors, mae_tiny_npl0",
    "mae_tiny_npl1.safetensors, mae_tiny_npl1"
  })
  void ofThePublishedCodeGiveItsPredictions(String file, String expected) throws IOException {
    try (var golden = Golden.open(expected);
        var inputs = Golden.open("inputs");
        var weights = ForeignWeights.open(Golden.path(file))) {
      var inspection = weights.inspection();
      assertThat(inspection.usable()).as(inspection.refusal()).isTrue();
      assertThat(inspection.kind()).contains(Kind.AUTOENCODER);
      assertThat(inspection.undetermined()).hasSize(2).allMatch(text -> text.contains("heads"));
      var experiment = withHeads(inspection.experiment(), 2, 2);
      try (var images = inputs.images("pretrain.imgs", 0);
          var noise = inputs.slice("pretrain.noise", 0)) {
        assertClose(predictions(experiment, weights, images, noise), golden.floats("pred"), 5e-6);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gp0", "gp1"})
  void ofAPublishedProbeGiveItsLogits(String pooling) throws IOException {
    var file = "linprobe_tiny_%s_wd0.0".formatted(pooling);
    try (var golden = Golden.open(file);
        var inputs = Golden.open("inputs");
        var weights = ForeignWeights.open(Golden.path(file + ".safetensors"))) {
      var experiment = withHeads(weights.inspection().experiment(), 2, 0);
      try (var images = inputs.images("linprobe.imgs", 0)) {
        assertClose(
            logits(experiment, 7, weights, images), golden.floats("eval_logits_before"), 5e-6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"vit_tiny_gp0, CLASS_TOKEN", "vit_tiny_gp1, AVERAGE"})
  void ofAPublishedClassifierGiveItsLogits(String file, Pooling pooling) throws IOException {
    try (var golden = Golden.open(file);
        var inputs = Golden.open("inputs");
        var weights = ForeignWeights.open(Golden.path(file + ".safetensors"))) {
      assertThat(weights.inspection().kind()).contains(Kind.CLASSIFIER);
      assertThat(weights.inspection().classes()).isEqualTo(7);
      var experiment = withHeads(weights.inspection().experiment(), 2, 0);
      assertThat(experiment.getClassification().getPooling()).isEqualTo(pooling);
      try (var images = inputs.images("finetune.imgs", 0)) {
        assertClose(logits(experiment, 7, weights, images), golden.floats("logits"), 5e-6);
      }
    }
  }

  /** The epsilon of 1e-12 beside them is what makes them equal. */
  @Test
  void ofTransformersGiveItsPredictionsWithTheirConfig() throws IOException {
    var path = foreign("transformers-pretraining");
    try (var weights = ForeignWeights.open(path);
        var expected = Safetensors.open(path.resolve("expected.safetensors"))) {
      var inspection = weights.inspection();
      assertThat(inspection.family()).isEqualTo("Hugging Face's ViTMAEForPreTraining");
      assertThat(inspection.usable()).as(inspection.refusal()).isTrue();
      assertThat(inspection.undetermined()).isEmpty();
      var model = inspection.experiment().getModel();
      assertThat(model.hasNormalisedPixels()).isTrue();
      assertThat(model.getEncoder().getHeads()).isEqualTo(4);
      try (var images = images(expected);
          var noise = Golden.tensor(expected.floats("noise"), expected.shapes().get("noise"))) {
        var logits = expected.floats("logits");
        assertClose(predictions(inspection.experiment(), weights, images, noise), logits, 2e-5);
        var published = inspection.experiment().toBuilder();
        published.getModelBuilder().getEncoderBuilder().clearLayerNormEpsilon();
        var others = predictions(published.build(), weights, images, noise);
        assertThat(distance(others, logits)).isGreaterThan(20 * 2e-5);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"transformers-classifier", "transformers-sharded"})
  void ofATransformersClassifierGiveItsLogitsAndClassNames(String name) throws IOException {
    try (var weights = ForeignWeights.open(foreign(name));
        var expected = Safetensors.open(foreign("transformers-classifier/expected.safetensors"))) {
      var inspection = weights.inspection();
      assertThat(inspection.usable()).as(inspection.refusal()).isTrue();
      assertThat(inspection.classNames()).containsExactly("cat", "dog", "tram");
      assertThat(inspection.unexpected()).isEmpty();
      try (var images = images(expected)) {
        assertClose(
            logits(inspection.experiment(), 3, weights, images), expected.floats("logits"), 2e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mmpretrain-neck.pth, mmpretrain's encoder with its decoder, ''",
    "solo-learn.ckpt, solo-learn's masked autoencoder (Lightning), ', of a training''s epoch 9'",
    "lightly.ckpt, lightly's masked autoencoder on timm's Vision Transformer, ', of a training''s epoch 7'"
  })
  void ofOtherLibrariesGiveTheirPredictions(String file, String family, String more)
      throws IOException {
    var name = file.replaceFirst("\\..*", "");
    try (var weights = ForeignWeights.open(foreign(file));
        var expected = Safetensors.open(foreign(name + "-expected.safetensors"))) {
      var inspection = weights.inspection();
      assertThat(inspection.family()).isEqualTo(family + more);
      assertThat(inspection.usable()).as(inspection.refusal()).isTrue();
      var experiment = withHeads(inspection.experiment(), 4, 2);
      try (var images = images(expected);
          var noise = Golden.tensor(expected.floats("noise"), expected.shapes().get("noise"))) {
        assertClose(
            predictions(experiment, weights, images, noise), expected.floats("logits"), 2e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mmpretrain-average.pth, AVERAGE",
    "mmpretrain-class-token.pth, CLASS_TOKEN",
    "timm-average.safetensors, AVERAGE",
    "timm-average.pth, AVERAGE",
    "timm-class_token.safetensors, CLASS_TOKEN",
    "timm-no_class_position.safetensors, CLASS_TOKEN"
  })
  void ofAClassifierOfOthersGiveItsLogits(String file, Pooling pooling) throws IOException {
    var name = file.replaceFirst("\\..*", "");
    try (var weights = ForeignWeights.open(foreign(file));
        var expected = Safetensors.open(foreign(name + "-expected.safetensors"))) {
      var inspection = weights.inspection();
      assertThat(inspection.usable()).as(inspection.refusal()).isTrue();
      var experiment = withHeads(inspection.experiment(), 4, 0);
      assertThat(experiment.getClassification().getPooling()).isEqualTo(pooling);
      try (var images = images(expected)) {
        assertClose(logits(experiment, 3, weights, images), expected.floats("logits"), 2e-5);
      }
    }
  }

  private static int[] bits(float[] values) {
    var bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  private static Path foreign(String name) {
    try {
      return Path.of(ForeignOutputsTest.class.getResource("/foreign/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Experiment withHeads(Experiment experiment, int encoder, int decoder) {
    var changed = experiment.toBuilder();
    changed.getModelBuilder().getEncoderBuilder().setHeads(encoder);
    if (decoder > 0) {
      changed.getModelBuilder().getDecoderBuilder().setHeads(decoder);
    }
    return changed.build();
  }

  /** The tensor {@code images} [B, C, H, W] with its channels last. */
  private static TFloat32 images(WeightSource file) {
    var shape = file.shapes().get("images");
    var values = file.floats("images");
    int pixels = shape.get(2) * shape.get(3);
    int channels = shape.get(1);
    var last = new float[values.length];
    for (int b = 0; b < shape.get(0); b++) {
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < pixels; i++) {
          last[(b * pixels + i) * channels + c] = values[(b * channels + c) * pixels + i];
        }
      }
    }
    return Golden.tensor(last, List.of(shape.get(0), shape.get(2), shape.get(3), channels));
  }

  private static float[] predictions(
      Experiment experiment, WeightSource weights, TFloat32 images, TFloat32 noise) {
    var model = experiment.getModel();
    try (var graph =
            new InferenceGraph(
                (tf, params) -> {
                  var in = images(tf, model.getImage().getHeight());
                  var draw =
                      tf.placeholder(
                          TFloat32.class,
                          Placeholder.shape(Shape.of(-1, PatchGrid.of(model).count())));
                  var made = new Mae(params, model).reconstruct(tf, in, draw);
                  return List.of(
                      Signature.builder()
                          .key("f")
                          .input("images", in)
                          .input("noise", draw)
                          .output("out", made.prediction())
                          .build());
                },
                ConfigProto.getDefaultInstance());
        var out = restored(graph, weights).run("f", Map.of("images", images, "noise", noise))) {
      return values((TFloat32) out.get(0));
    }
  }

  private static float[] logits(
      Experiment experiment, int classes, WeightSource weights, TFloat32 images) {
    var model = experiment.getModel();
    try (var graph =
            new InferenceGraph(
                (tf, params) -> {
                  var in = images(tf, model.getImage().getHeight());
                  var classifier =
                      new Classifier(params, model, experiment.getClassification(), classes);
                  return List.of(
                      Signature.builder()
                          .key("f")
                          .input("images", in)
                          .output("out", classifier.logits(tf, classifier.features(tf, in)))
                          .build());
                },
                ConfigProto.getDefaultInstance());
        var out = restored(graph, weights).run("f", Map.of("images", images))) {
      return values((TFloat32) out.get(0));
    }
  }

  private static Placeholder<TFloat32> images(Ops tf, int side) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, side, side, 3)));
  }

  private static InferenceGraph restored(InferenceGraph graph, WeightSource weights) {
    graph.restore("the file", weights);
    assertThat(graph.params().stream().map(Params.Param::name))
        .isSubsetOf(weights.shapes().keySet());
    return graph;
  }

  private static float[] values(TFloat32 tensor) {
    var values = new float[(int) tensor.size()];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }

  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    assertThat(distance(actual, expected)).isCloseTo(0, within(tolerance));
  }

  private static double distance(float[] actual, float[] expected) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
    }
    return largest;
  }
}
