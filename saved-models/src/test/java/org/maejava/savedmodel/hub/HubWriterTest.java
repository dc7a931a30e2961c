package org.maejava.savedmodel.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.maejava.golden.TensorAssert.assertThatValues;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.golden.Golden;
import org.maejava.golden.TensorAssert;
import org.maejava.golden.TinyModel;
import org.maejava.model.Mae;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.DataConfig;
import org.maejava.proto.Pooling;
import org.maejava.proto.RunRecord;
import org.maejava.savedmodel.weights.ForeignNames;
import org.maejava.savedmodel.weights.NameFamily;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.Safetensors;
import org.maejava.weights.WeightSource;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * PyTorch's libraries as second readers; skipped where {@code MAE_TORCH_PYTHON}, else {@code
 * MAE_PYTHON}, names no interpreter that has them.
 */
@DisplayName("Weights for PyTorch's libraries")
class HubWriterTest {

  private static final String PYTHON =
      Optional.ofNullable(System.getenv("MAE_TORCH_PYTHON"))
          .or(() -> Optional.ofNullable(System.getenv("MAE_PYTHON")))
          .orElse("python3");

  private static final List<String> CLASSES =
      List.of("ant", "bee", "cat", "dog", "eel", "fox", "gnu");

  @TempDir Path folder;

  @Test
  void cutInThirdsAndPutTogetherAgainAreBitEqual() throws IOException {
    try (var golden = Golden.open("mae_tiny_npl0")) {
      var weights = golden.weights("param.");
      HubWriter.write(weights, pretrained(), HubStyle.HUGGING_FACE, folder.resolve("hf"));
      try (var written = Safetensors.open(folder.resolve("hf/model.safetensors"))) {
        var names = ForeignNames.of(written.shapes().keySet()).orElseThrow();
        assertThat(names.family()).isEqualTo(NameFamily.HUGGING_FACE);
        assertThat(names.published()).containsOnlyKeys(weights.shapes().keySet());
        names
            .published()
            .forEach(
                (published, parts) -> {
                  int at = 0;
                  var expected = weights.floats(published);
                  for (var part : parts) {
                    for (float value : written.floats(part)) {
                      assertThat(Float.floatToRawIntBits(value))
                          .isEqualTo(Float.floatToRawIntBits(expected[at++]));
                    }
                  }
                  assertThat(at).isEqualTo(expected.length);
                });
      }
    }
  }

  @Test
  void timmLoadsAnEncoderAndClassifiersAndGivesTheSameFeatures() throws Exception {
    assumeTrue(has("torch, timm"), PYTHON + " has no torch and timm; MAE_TORCH_PYTHON names one");
    try (var golden = Golden.open("mae_tiny_npl0")) {
      HubWriter.write(
          golden.weights("param."), pretrained(), HubStyle.TIMM, folder.resolve("encoder"));
    }
    for (var pooling : List.of("gp0", "gp1")) {
      try (var golden = Golden.open("vit_tiny_" + pooling)) {
        HubWriter.write(
            golden.weights("param."),
            classifier(pooling.equals("gp1") ? Pooling.AVERAGE : Pooling.CLASS_TOKEN),
            HubStyle.TIMM,
            folder.resolve(pooling));
      }
    }
    runs(
        """
        import sys, torch, timm
        from safetensors.torch import load_file, save_file
        timm.layers.set_fused_attn(False)
        inputs = load_file(sys.argv[1])["finetune.imgs"][0]
        for name in ["gp0", "gp1", "encoder"]:
            model = timm.create_model("local-dir:" + name, pretrained=True).eval()
            strict = model.load_state_dict(load_file(name + "/model.safetensors"), strict=True)
            assert not strict.missing_keys and not strict.unexpected_keys, strict
            with torch.no_grad():
                tokens = model.forward_features(inputs)
                save_file({"out": model(inputs).contiguous(), "tokens": tokens.contiguous()},
                          name + ".out")
        """);
    try (var out = Safetensors.open(folder.resolve("encoder.out"))) {
      assertNear(out.floats("tokens"), tokens());
      assertNear(out.floats("out"), firstOf(tokens()));
    }
    for (var pooling : List.of("gp0", "gp1")) {
      try (var golden = Golden.open("vit_tiny_" + pooling);
          var out = Safetensors.open(folder.resolve(pooling + ".out"))) {
        assertNear(out.floats("out"), golden.floats("logits"));
      }
    }
  }

  @Test
  void transformersLoadsThemStrictlyAndRebuildsAndClassifiesTheSame() throws Exception {
    assumeTrue(
        has("torch, transformers"),
        PYTHON + " has no torch and transformers; MAE_TORCH_PYTHON names one");
    try (var golden = Golden.open("mae_tiny_npl0")) {
      HubWriter.write(
          golden.weights("param."), pretrained(), HubStyle.HUGGING_FACE, folder.resolve("mae"));
    }
    try (var golden = Golden.open("vit_tiny_gp0")) {
      HubWriter.write(
          golden.weights("param."),
          classifier(Pooling.CLASS_TOKEN),
          HubStyle.HUGGING_FACE,
          folder.resolve("vit"));
    }
    runs(
        """
        import sys, torch
        from safetensors.torch import load_file, save_file
        from transformers import AutoImageProcessor, ViTForImageClassification, ViTMAEForPreTraining

        def load(kind, name):
            model, info = kind.from_pretrained(
                name, output_loading_info=True, attn_implementation="eager")
            for key in ["missing_keys", "unexpected_keys", "mismatched_keys"]:
                assert not info[key], (name, key, info[key])
            return model.eval()

        inputs = load_file(sys.argv[1])
        mae, vit = load(ViTMAEForPreTraining, "mae"), load(ViTForImageClassification, "vit")
        processor = AutoImageProcessor.from_pretrained("mae")
        assert processor.crop_size["height"] == 32 and processor.size["shortest_edge"] == 36, processor
        assert vit.config.id2label[2] == "cat", vit.config.id2label
        with torch.no_grad():
            out = mae(inputs["pretrain.imgs"][0], noise=inputs["pretrain.noise"][0])
            images = inputs["finetune.imgs"][0]
            mae.config.mask_ratio = 0.0  # every patch, and by this noise in order
            order = torch.arange(64.0).repeat(len(images), 1)
            tokens = mae.vit(images, noise=order).last_hidden_state
            save_file({"loss": out.loss.reshape(1), "pred": out.logits.contiguous(),
                       "tokens": tokens.contiguous()}, "mae.out")
            save_file({"out": vit(images).logits.contiguous()}, "vit.out")
        """);
    try (var golden = Golden.open("mae_tiny_npl0");
        var out = Safetensors.open(folder.resolve("mae.out"))) {
      assertNear(out.floats("loss"), golden.floats("loss"));
      assertNear(out.floats("pred"), golden.floats("pred"));
      assertNear(out.floats("tokens"), tokens());
    }
    try (var golden = Golden.open("vit_tiny_gp0");
        var out = Safetensors.open(folder.resolve("vit.out"))) {
      assertNear(out.floats("out"), golden.floats("logits"));
    }
  }

  @Test
  void aProbesNormalisationIsFoldedIntoItsHead() throws IOException {
    var weights =
        new WeightSource() {
          @Override
          public Map<String, List<Integer>> shapes() {
            var shapes = new LinkedHashMap<String, List<Integer>>();
            shapes.put("head.0.running_mean", List.of(2));
            shapes.put("head.0.running_var", List.of(2));
            shapes.put("head.1.weight", List.of(1, 2));
            shapes.put("head.1.bias", List.of(1));
            return shapes;
          }

          @Override
          public float[] floats(String name) {
            return switch (name) {
              case "head.0.running_mean" -> new float[] {1, 2};
              case "head.0.running_var" -> new float[] {4, 16};
              case "head.1.weight" -> new float[] {3, 5};
              default -> new float[] {7};
            };
          }
        };
    var folded = new HubWeights(weights, NameFamily.PUBLISHED, false);
    assertThat(folded.shapes()).containsOnlyKeys("head.weight", "head.bias");
    // 3 (x − 1) / 2 + 5 (y − 2) / 4 + 7
    assertThatValues(folded.floats("head.weight")).isCloseTo(new float[] {1.5f, 1.25f}, 1e-6, 0);
    assertThatValues(folded.floats("head.bias")).isCloseTo(new float[] {3}, 1e-6, 0);
  }

  @Test
  void whatALibraryHasNoModelForIsRefused() throws IOException {
    try (var golden = Golden.open("vit_tiny_gp1")) {
      assertThatThrownBy(
              () ->
                  HubWriter.write(
                      golden.weights("param."),
                      classifier(Pooling.AVERAGE),
                      HubStyle.HUGGING_FACE,
                      folder.resolve("refused")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("averages patches")
          .hasMessageContaining("--to timm");
      assertThat(folder.resolve("refused")).doesNotExist();
      Files.createDirectories(folder.resolve("thesis"));
      Files.writeString(folder.resolve("thesis/chapter1.tex"), "years of work");
      assertThatThrownBy(
              () ->
                  HubWriter.write(
                      golden.weights("param."),
                      classifier(Pooling.AVERAGE),
                      HubStyle.TIMM,
                      folder.resolve("thesis")))
          .hasMessageContaining("chapter1.tex");
    }
  }

  @Test
  void theConfigurationNamesTheClasses() throws IOException {
    var config = new HubConfig(classifier(Pooling.CLASS_TOKEN)).transformers(CLASSES);
    var json = JsonParser.parseString(config).getAsJsonObject();
    assertThat(json.getAsJsonObject("label2id").get("gnu").getAsInt()).isEqualTo(6);
    assertThat(json.get("layer_norm_eps").getAsDouble()).isEqualTo(1e-6);
  }

  /**
   * No value is further off than 1e-5 of the largest: sums in float32 are rounded in the order in
   * which each library adds.
   */
  private static void assertNear(float[] actual, float[] expected) {
    double scale = 0;
    for (float value : expected) {
      scale = Math.max(scale, Math.abs(value));
    }
    assertThatValues(actual).isCloseTo(expected, 0, 1e-5 * scale);
  }

  /** This library's tokens of the golden images, {@code [B, 1 + L, D]}. */
  private static float[] tokens() {
    try (var golden = Golden.open("mae_tiny_npl0");
        var inputs = Golden.open("inputs");
        var images = inputs.images("finetune.imgs", 0);
        var graph =
            new InferenceGraph(
                (tf, params) -> {
                  var input =
                      tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
                  var tokens = new Mae(params, TinyModel.of(false)).encode(tf, input).tokens();
                  return List.of(
                      Signature.builder("f").input("i", input).output("o", tokens).build());
                },
                ConfigProto.getDefaultInstance())) {
      graph.restore("golden", golden.weights("param."));
      try (var result = graph.run("f", Map.of("i", images))) {
        return TensorAssert.floats(result.get(0));
      }
    }
  }

  /** The class tokens of the tiny model's 1 + 64 tokens of 32 values. */
  private static float[] firstOf(float[] tokens) {
    var first = new float[tokens.length / 65];
    for (int i = 0; i < first.length / 32; i++) {
      System.arraycopy(tokens, i * 65 * 32, first, i * 32, 32);
    }
    return first;
  }

  private static RunRecord pretrained() {
    var record = RunRecord.newBuilder();
    record
        .getExperimentBuilder()
        .setModel(TinyModel.of(false))
        .setData(
            DataConfig.newBuilder()
                .addAllMean(Collections.nCopies(3, 0.5))
                .addAllStd(Collections.nCopies(3, 0.25))
                .setEvalCropFraction(32 / 36.0))
        .getPretrainingBuilder();
    return record.build();
  }

  private static RunRecord classifier(Pooling pooling) {
    var record = pretrained().toBuilder();
    record
        .getExperimentBuilder()
        .setClassification(ClassificationTask.newBuilder().setPooling(pooling));
    record.getDataBuilder().addAllClasses(CLASSES);
    return record.build();
  }

  private static boolean has(String modules) throws Exception {
    return new ProcessBuilder(PYTHON, "-c", "import " + modules)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  private void runs(String script) throws Exception {
    var file = Files.writeString(folder.resolve("check.py"), script);
    var log = folder.resolve("log.txt");
    var inputs = Path.of("../mae-core/src/test/resources/golden/inputs.safetensors");
    var process =
        new ProcessBuilder(PYTHON, file.toString(), inputs.toAbsolutePath().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }
}
