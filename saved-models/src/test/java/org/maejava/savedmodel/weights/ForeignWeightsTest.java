package org.maejava.savedmodel.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import org.maejava.savedmodel.weights.WeightsInspection.Kind;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.Safetensors;
import org.maejava.weights.SafetensorsWriter;
import org.maejava.weights.WeightSource;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** Inputs and outputs are those of PyTorch: of the published code, transformers and timm. */
@DisplayName("Weights that others wrote")
class ForeignWeightsTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"mae_tiny_full.pth", "mae_tiny_full_legacy.pth", "mae_tiny_npl0.safetensors"})
  void ofThePublishedCodeGiveItsPredictions(String file) throws IOException {
    try (var golden = Golden.open("mae_tiny_npl0");
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

  @Test
  void ofAPublishedProbeAreToldFromAClassifier() throws IOException {
    try (var weights = ForeignWeights.open(Golden.path("linprobe_tiny_gp0_wd0.0.safetensors"))) {
      assertThat(weights.inspection().kind()).contains(Kind.LINEAR_PROBE);
      assertThat(weights.inspection().usable()).as(weights.inspection().refusal()).isTrue();
      assertThat(weights.inspection().experiment().getClassification().hasFeatureNorm()).isTrue();
    }
    try (var weights = ForeignWeights.open(Golden.path("mae_tiny_encoder_only.pth"))) {
      assertThat(weights.inspection().kind()).contains(Kind.ENCODER);
      assertThat(weights.inspection().usable()).isTrue();
      assertThat(weights.inspection().experiment().getModel().hasDecoder()).isFalse();
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
    "timm-average.safetensors, AVERAGE",
    "timm-average.pth, AVERAGE",
    "timm-class_token.safetensors, CLASS_TOKEN",
    "timm-no_class_position.safetensors, CLASS_TOKEN"
  })
  void ofTimmGiveItsLogits(String file, Pooling pooling) throws IOException {
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

  /** What makes a network another one, and what can be left behind. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "blocks.0.ls1.gamma           | layer scale          | true",
        "blocks.0.attn.q_norm.weight  | query and key        | true",
        "blocks.1.adapter.weight      | not known            | true",
        "reg_token                    | registers            | true",
        "dist_token                   | distillation         | true",
        "norm_pre.weight              | before the blocks    | true",
        "pooler.dense.weight          | pooler               | false",
        "head.0.num_batches_tracked   | count                | false",
        "queue                        | not part             | false"
      })
  void withMoreThanANetworkHasSayWhatItIs(String name, String reason, boolean obstacle)
      throws IOException {
    var more = tensors();
    more.put(name, List.of(32));
    try (var weights = ForeignWeights.open(write("more", more))) {
      var inspection = weights.inspection();
      assertThat(inspection.unexpected())
          .singleElement()
          .asString()
          .contains(name)
          .contains(reason);
      assertThat(inspection.usable()).isEqualTo(!obstacle);
      if (obstacle) {
        assertThat(inspection.refusal()).contains("more", "looks like", reason);
      }
    }
  }

  @Test
  void withLessOrMisshapenTensorsSayAllOfThemAtOnce() throws IOException {
    var less = tensors();
    less.remove("cls_token");
    less.remove("blocks.1.mlp.fc2.bias");
    less.put("blocks.0.norm1.weight", List.of(31));
    less.put("pos_embed", List.of(1, 65, 16));
    try (var weights = ForeignWeights.open(write("less", less))) {
      var inspection = weights.inspection();
      assertThat(inspection.usable()).isFalse();
      assertThat(inspection.missing()).containsExactly("cls_token", "blocks.1.mlp.fc2.bias");
      assertThat(inspection.misshapen()).hasSize(2);
      assertThat(inspection.refusal())
          .contains("2 missing: cls_token, blocks.1.mlp.fc2.bias")
          .contains("blocks.0.norm1.weight [31] instead of [32]");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"hidden_size\": 64}            | config.json says hidden_size 64, but the tensors have 32",
        "{\"patch_size\": 8}              | patch_size 8",
        "{\"hidden_act\": \"relu\"}       | hidden_act relu; only gelu",
        "{\"layer_norm_eps\": -1}         | layer_norm_eps",
        "{\"num_hidden_layers\": 12}      | num_hidden_layers 12"
      })
  void besideAConfigThatContradictsThemAreRefused(String config, String fact) throws IOException {
    write("model", tensors());
    Files.writeString(folder.resolve("config.json"), config);
    try (var weights = ForeignWeights.open(folder.resolve("model.safetensors"))) {
      assertThat(weights.inspection().usable()).isFalse();
      assertThat(weights.inspection().refusal()).contains(fact);
    }
  }

  @Test
  void besideAConfigThatIsNoneAreRefusedByItsName() throws IOException {
    write("model", tensors());
    Files.writeString(folder.resolve("config.json"), "[[[");
    org.assertj.core.api.Assertions.assertThatIOException()
        .isThrownBy(() -> ForeignWeights.open(folder))
        .withMessageContaining("config.json beside the weights cannot be read");
  }

  @Test
  void bringPixelStatisticsAndSizeFromWhatLiesBesideThem() throws IOException {
    var wide = tensors();
    wide.put("pos_embed", List.of(1, 33, 32));
    write("model", wide);
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"num_attention_heads": 2, "image_size": [16, 32], "pretrained_cfg": {"crop_pct": 0.9}}
        """);
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        """
        {"image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.2, 0.1]}
        """);
    try (var weights = ForeignWeights.open(folder)) {
      var experiment = weights.inspection().experiment();
      assertThat(PatchGrid.of(experiment.getModel())).isEqualTo(new PatchGrid(4, 8, 4, 4, 3));
      assertThat(experiment.getData().getMeanList()).containsExactly(0.5, 0.4, 0.3);
      assertThat(experiment.getData().getEvalCropFraction()).isEqualTo(0.9);
      assertThat(weights.inspection().undetermined()).isEmpty();
      assertThat(weights.inspection().assumed()).isEmpty();
    }
  }

  @Test
  void ofThePublishedSizesBringTheLicencesNotice() throws IOException {
    try (var weights = ForeignWeights.open(write("mae_pretrain_vit_base", base()))) {
      assertThat(weights.inspection().licence()).get().asString().contains("CC-BY-NC 4.0");
      assertThat(weights.inspection().undetermined()).isEmpty();
      assertThat(weights.inspection().parameters()).isEqualTo(85_798_656);
    }
    try (var weights = ForeignWeights.open(write("tiny", tensors()))) {
      assertThat(weights.inspection().licence()).isEmpty();
    }
  }

  @Test
  void ofSomebodyElsesVisionTransformerAreSaidToBeThat() throws IOException {
    var names =
        Map.of(
            "cls_token", List.of(1, 1, 64),
            "patch_to_embedding.weight", List.of(64, 49),
            "transformer.layers.5.0.fn.fn.to_qkv.weight", List.of(192, 64));
    try (var weights = ForeignWeights.open(write("mnist", new LinkedHashMap<>(names)))) {
      assertThat(weights.inspection().refusal())
          .contains("vit-pytorch", "(width 64, depth 6)", "no encoder");
    }
  }

  /** Names and shapes of an encoder 32 wide and 2 deep, 32 x 32 pixels in patches of 4. */
  private static Map<String, List<Integer>> tensors() {
    try (var golden = Golden.open("mae_tiny_npl0")) {
      var shapes = new LinkedHashMap<String, List<Integer>>();
      golden
          .weights("param.")
          .shapes()
          .forEach(
              (name, shape) -> {
                if (!name.startsWith("decoder") && !name.equals("mask_token")) {
                  shapes.put(name, shape);
                }
              });
      return shapes;
    }
  }

  private static Map<String, List<Integer>> base() {
    var shapes = new LinkedHashMap<String, List<Integer>>();
    Golden.json("state_dict_shapes")
        .getAsJsonObject()
        .getAsJsonObject("mae_vit_base_patch16")
        .entrySet()
        .forEach(
            entry -> {
              var shape = new ArrayList<Integer>();
              entry.getValue().getAsJsonArray().forEach(size -> shape.add(size.getAsInt()));
              if (!entry.getKey().startsWith("decoder") && !entry.getKey().equals("mask_token")) {
                shapes.put(entry.getKey(), shape);
              }
            });
    return shapes;
  }

  private Path write(String name, Map<String, List<Integer>> shapes) throws IOException {
    var source =
        new WeightSource() {
          @Override
          public Map<String, List<Integer>> shapes() {
            return shapes;
          }

          @Override
          public float[] floats(String tensor) {
            return new float[shapes.get(tensor).stream().reduce(1, Math::multiplyExact)];
          }
        };
    var file = folder.resolve(name + ".safetensors");
    SafetensorsWriter.write(file, source, Map.of());
    return file;
  }

  private static Path foreign(String name) {
    try {
      return Path.of(ForeignWeightsTest.class.getResource("/foreign/" + name).toURI());
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
