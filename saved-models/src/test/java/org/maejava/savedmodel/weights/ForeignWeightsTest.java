package org.maejava.savedmodel.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.maejava.model.PatchGrid;
import org.maejava.model.VitNames;
import org.maejava.savedmodel.weights.WeightsInspection.Kind;
import org.maejava.weights.SafetensorsWriter;
import org.maejava.weights.WeightSource;

@DisplayName("Weights that others wrote")
class ForeignWeightsTest {

  @TempDir Path folder;

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
        "{\"layer_norm_eps\": -1}         | layer_norm_eps -1.0, which is no epsilon",
        "{\"layer_norm_eps\": 1e999}      | layer_norm_eps Infinity",
        "{\"num_attention_heads\": 3}     | num_attention_heads 3, which do not divide the width 32",
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
    for (var config : List.of("[[[", "{\"image_size\":" + "[".repeat(500_000))) {
      Files.writeString(folder.resolve("config.json"), config);
      assertThatIOException()
          .isThrownBy(() -> ForeignWeights.open(folder))
          .withMessageContaining("config.json beside the weights is no JSON")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }
  }

  /** Each number is taken for what it is or not at all. */
  @Test
  void besideAConfigWithImpossibleNumbersAreTakenWithoutThem() throws IOException {
    write("model", tensors());
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"num_attention_heads": 1.5, "image_size": [-32, 32], "pretrained_cfg": {"crop_pct": -3}}
        """);
    try (var weights = ForeignWeights.open(folder)) {
      var experiment = weights.inspection().experiment();
      assertThat(experiment.getModel().getEncoder().hasHeads()).isFalse();
      assertThat(experiment.getModel().getImage().getHeight()).isEqualTo(32);
      assertThat(experiment.getData().getEvalCropFraction()).isEqualTo(0.875);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[0, 1, 1]", "[1, -1, 1]", "[1, 1, 1e999]"})
  void besideADeviationThatDividesByNothingAreRefused(String deviation) throws IOException {
    write("model", tensors());
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"image_mean\": [0, 0, 0], \"image_std\": %s}".formatted(deviation));
    try (var weights = ForeignWeights.open(folder)) {
      assertThat(weights.inspection().usable()).isFalse();
      assertThat(weights.inspection().refusal()).contains("the pixels' deviation");
    }
  }

  /** A name of twenty letters would ask for a million blocks. */
  @Test
  void thatClaimAMillionBlocksAreRefused() throws IOException {
    var deep = tensors();
    deep.put("blocks.999999.norm1.weight", List.of(32));
    try (var weights = ForeignWeights.open(write("deep", deep))) {
      assertThat(weights.inspection().refusal()).contains("blocks are numbered up to 999999");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cls_token               | 1,1,0",
        "blocks.0.mlp.fc1.weight | 0,32",
        "patch_embed.proj.weight | 32,0,4,4",
        "head.weight             | 0,32"
      })
  void withAnEmptyTensorAreRefused(String name, String shape) throws IOException {
    var empty = tensors();
    empty.put(name, Arrays.stream(shape.split(",")).map(Integer::valueOf).toList());
    try (var weights = ForeignWeights.open(write("empty", empty))) {
      assertThat(weights.inspection().usable()).isFalse();
      assertThat(weights.inspection().refusal()).contains(name + " [").contains("is empty");
    }
  }

  /** As many as no file tells, and a decoder with PyTorch's own epsilon. */
  @Test
  void ofSoloLearnHaveItsHeadsAndEpsilon() throws IOException {
    var names = new LinkedHashMap<String, List<Integer>>();
    try (var golden = Golden.open("mae_tiny_npl0")) {
      golden
          .weights("param.")
          .shapes()
          .forEach(
              (name, shape) ->
                  names.put((VitNames.isDecoder(name) ? "decoder." : "backbone.") + name, shape));
    }
    try (var weights = ForeignWeights.open(write("solo", names))) {
      var model = weights.inspection().experiment().getModel();
      assertThat(weights.inspection().family()).isEqualTo("solo-learn's masked autoencoder");
      assertThat(model.getDecoder().getLayerNormEpsilon().getValue()).isEqualTo(1e-5);
      assertThat(model.getEncoder().hasLayerNormEpsilon()).isFalse();
    }
    var small = new LinkedHashMap<String, List<Integer>>();
    small.put("backbone.patch_embed.proj.weight", List.of(384, 3, 16, 16));
    small.put("backbone.blocks.11.norm1.weight", List.of(384));
    try (var weights = ForeignWeights.open(write("small", small))) {
      var encoder = weights.inspection().experiment().getModel().getEncoder();
      assertThat(encoder.getHeads()).isEqualTo(12);
    }
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

  /** A real one, where it is at hand: six blocks of vit-pytorch, for MNIST. */
  @Test
  void ofAStrangersRealFileAreSaidToBeThat() throws IOException {
    var file = Path.of("../../shared/data/weights/mnist_vit_d64_l6_GauravPBhagwat.pth");
    assumeTrue(Files.isRegularFile(file), "the file is not here");
    try (var weights = ForeignWeights.open(file)) {
      var inspection = weights.inspection();
      assertThat(inspection.usable()).isFalse();
      assertThat(inspection.format()).startsWith("PyTorch file");
      assertThat(inspection.refusal())
          .contains(file.toString(), "vit-pytorch", "(width 64, depth 6)", "no encoder");
    }
  }

  @Test
  void sayOfWhichTypesTheyAreAndWhatIsRounded() throws IOException {
    try (var weights = ForeignWeights.open(Golden.path("quirks.pth"))) {
      assertThat(weights.inspection().types()).contains("F32", "F16", "BF16", "BOOL");
    }
    try (var weights = ForeignWeights.open(Golden.path("mae_tiny_full.pth"))) {
      assertThat(weights.inspection().types()).isEqualTo("F32");
      assertThat(weights.inspection().notes()).isEmpty();
    }
    var pickle = PickleBytes.start().op('}').text("patch_embed.proj.weight");
    pickle.global("torch._utils", "_rebuild_tensor_v2").op('(');
    pickle.storage("DoubleStorage", "0", 1).number(0).tuple(1).tuple(1).ops("tRs");
    var doubles = folder.resolve("doubles.pth");
    Files.write(doubles, PytorchZip.of(pickle.stop(), new byte[8]));
    try (var weights = ForeignWeights.open(doubles)) {
      assertThat(weights.inspection().types()).isEqualTo("F64");
      assertThat(weights.inspection().notes())
          .containsExactly("1 tensors have values that float32 rounds");
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
}
