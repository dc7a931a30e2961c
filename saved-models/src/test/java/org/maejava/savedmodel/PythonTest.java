package org.maejava.savedmodel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.documents.Markdown;
import org.maejava.golden.TinyModel;
import org.maejava.proto.RunRecord;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.Safetensors;
import org.maejava.weights.SafetensorsWriter;
import org.maejava.weights.WeightSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Python's TensorFlow as a second reader of the exports. Skipped where there is none: {@code
 * MAE_PYTHON} names an interpreter that has it, otherwise {@code python3} is asked.
 */
@DisplayName("An exported model in Python")
class PythonTest {

  private static final String PYTHON =
      Optional.ofNullable(System.getenv("MAE_PYTHON")).orElse("python3");

  private static final Logger LOG = LoggerFactory.getLogger(PythonTest.class);

  private static final String MISSING =
      PYTHON
          + " cannot import tensorflow, so exports are not checked in Python; MAE_PYTHON names an"
          + " interpreter that can";

  /** The two builds may order their sums differently. */
  private static final double RELATIVE = 1e-5;

  private static final double ABSOLUTE = 1e-5;

  @TempDir static Path folder;

  private static boolean hasTensorflow;

  @BeforeAll
  static void exportWherePythonHasTensorflow() throws Exception {
    hasTensorflow = run("-c", "import tensorflow").status() == 0;
    if (!hasTensorflow) {
      LOG.warn(MISSING);
      return;
    }
    try (var graph = TinyExport.pretrained(false);
        var classifier = TinyExport.classifier()) {
      export(graph, TinyExport.record(TinyModel.of(false)), "pretrained");
      export(classifier, TinyExport.classifierRecord(), "classifier");
    }
  }

  @BeforeEach
  void skipWithoutTensorflow() {
    assumeTrue(hasTensorflow, MISSING);
  }

  private static void export(InferenceGraph graph, RunRecord record, String name)
      throws IOException {
    SavedModelWriter.write(graph, record, folder.resolve(name));
  }

  @Test
  void hasTheSameOutputsAndVariablesOfItsOwn() throws Exception {
    var pixels = TinyExport.pixels(2);
    var noise = TinyExport.noise(2);
    var mask = TinyExport.masks(2);
    write("inputs", Map.of("images", pixels, "noise", noise, "mask", mask));
    var files = TinyExport.files(2);
    for (int i = 0; i < 2; i++) {
      Files.write(folder.resolve("file" + i), files.get(i));
    }
    var script = folder.resolve("check.py");
    try (var source = PythonTest.class.getResourceAsStream("check.py")) {
      Files.copy(source, script);
    }

    var outcome = run(script.toString());

    assertThat(outcome.status()).as(outcome.output()).isZero();
    try (var outputs = Safetensors.open(folder.resolve("outputs.safetensors"));
        var pretrained = SavedModel.open(folder.resolve("pretrained"));
        var classifier = SavedModel.open(folder.resolve("classifier"))) {
      var rebuilt = pretrained.reconstruct(pixels, noise);
      var expected = new LinkedHashMap<String, float[][]>();
      expected.put("pretrained.features.features", pretrained.features(pixels));
      expected.put("pretrained.serving_default.features", pretrained.features(pixels));
      expected.put("pretrained.reconstruct.reconstruction", rebuilt.images());
      expected.put("pretrained.reconstruct.mask", rebuilt.mask());
      expected.put(
          "pretrained.reconstruct_masked.reconstruction",
          pretrained.reconstructMasked(pixels, mask).images());
      expected.put("pretrained.tokens.tokens", pretrained.tokens(pixels));
      expected.put("pretrained.attention.attention", pretrained.attention(pixels));
      expected.put("classifier.attention.attention", classifier.attention(pixels));
      try (var bytes = TinyExport.tensor(files);
          var features = pretrained.call("features_from_bytes", Map.of("image_bytes", bytes));
          var scores = classifier.call("classify_from_bytes", Map.of("image_bytes", bytes))) {
        expected.put(
            "pretrained.features_from_bytes.features",
            BatchArrays.fromTensor(features.get("features").orElseThrow()));
        expected.put(
            "classifier.classify_from_bytes.logits",
            BatchArrays.fromTensor(scores.get("logits").orElseThrow()));
      }
      expected.put("classifier.classify.logits", classifier.classify(pixels).logits());
      expected.put("classifier.features.features", classifier.features(pixels));
      expected.forEach(
          (name, rows) ->
              assertThatValues(outputs.floats(name))
                  .as(name)
                  .isCloseTo(TinyExport.flat(rows), RELATIVE, ABSOLUTE));
    }
  }

  @Test
  void runsTheExampleOfItsCard() throws Exception {
    assumeTrue(run("-c", "import PIL").status() == 0, PYTHON + " has no Pillow");
    var file = Files.write(folder.resolve("picture.jpg"), TinyExport.files(2).get(1));
    try (var model = SavedModel.open(folder.resolve("pretrained"))) {
      var features = model.features(file);
      var said = example("pretrained", file);
      assertThat(numbers(said)).hasSizeGreaterThanOrEqualTo(32);
      for (int i = 0; i < 32; i++) {
        assertThat(numbers(said).get(i)).isCloseTo(features[i], within(1e-4));
      }
    }
  }

  @Test
  void runsTheExampleOfTheCardOfTheModelInTheRepository() throws Exception {
    assumeTrue(run("-c", "import PIL").status() == 0, PYTHON + " has no Pillow");
    var kept = Path.of("models", "fashion-mnist-small").toAbsolutePath();
    var file = Files.write(folder.resolve("garment.png"), TinyExport.files(2).get(0));
    var script = folder.resolve("kept.py");
    var card = Files.readString(kept.resolve("model-card.md"));
    Files.writeString(
        script,
        Markdown.blocks(card, "python")
            .get(0)
            .replace("load(\"fashion-mnist-small\")", "load(\"" + kept + "\")"));
    var outcome = run(script.toString(), file.toString());
    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("(1, 28, 28, 1)");
  }

  @Test
  void theExampleOfAClassifiersCardReproducesTheAccuracyOfItsEvaluation() throws Exception {
    assumeTrue(run("-c", "import PIL").status() == 0, PYTHON + " has no Pillow");
    var images = LabelledFiles.write(folder.resolve("labelled"), TinyExport.CLASSES, 4);
    assertThat(example("classifier", images))
        .contains(LabelledFiles.rightInEvaluation(images) + " of 28 are right");
  }

  private static String example(String name, Path argument) throws Exception {
    var card = Files.readString(folder.resolve(name).resolve("model-card.md"));
    var script = folder.resolve(name + ".py");
    Files.writeString(script, Markdown.blocks(card, "python").get(0));
    var outcome = run(script.toString(), argument.toString());
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return outcome.output();
  }

  /** Those of the first list that was printed. */
  private static List<Double> numbers(String said) {
    var list = said.substring(said.indexOf("[[") + 2, said.indexOf("]]"));
    return Arrays.stream(list.trim().split("\\s+")).map(Double::valueOf).toList();
  }

  private static void write(String name, Map<String, float[][]> rows) throws IOException {
    var source =
        new WeightSource() {
          @Override
          public Map<String, List<Integer>> shapes() {
            var shapes = new LinkedHashMap<String, List<Integer>>();
            rows.forEach((key, value) -> shapes.put(key, List.of(value.length, value[0].length)));
            return shapes;
          }

          @Override
          public float[] floats(String key) {
            return TinyExport.flat(rows.get(key));
          }
        };
    SafetensorsWriter.write(folder.resolve(name + ".safetensors"), source, Map.of());
  }

  private record Outcome(int status, String output) {}

  private static Outcome run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(PYTHON));
    command.addAll(List.of(arguments));
    var log = Files.createTempFile(folder, "python", ".log");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return new Outcome(-1, "no end after 5 minutes: " + Files.readString(log, UTF_8));
      }
      return new Outcome(process.exitValue(), Files.readString(log, UTF_8));
    } catch (IOException e) {
      return new Outcome(-1, e.getMessage());
    }
  }
}
