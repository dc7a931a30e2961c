package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What the README and the help tell to type")
class DocumentedCommandsIT {

  /** The first has an example in Java, too; those of the modules' are run by their own tests. */
  private static final List<String> DOCUMENTS =
      List.of(
          "README.md",
          "docs/guide.md",
          "docs/comparisons.md",
          "docs/several-machines.md",
          "docs/decisions.md",
          "CONTRIBUTING.md",
          "mae-core/README.md",
          "mae-data/README.md",
          "saved-models/README.md",
          "saved-models/models/README.md",
          "mae-eval/README.md");

  private static final int PATIENCE_MINUTES = 10;

  @TempDir private Path folder;

  /** It is not on a class path: its own manifest names the libraries beside it. */
  @Test
  void isTheJarThatTheBuildMakes() throws Exception {
    assertThat(Files.readString(Path.of("..", "README.md"))).contains("mae-eval/target/mae.jar");
    assertThat(ofTheJar("data", "verify", "fashion-mnist")).contains("everything is in order");
  }

  @Test
  void isAJarThatSaysWhatItLacksWhereItLiesAlone() throws Exception {
    var alone = Files.copy(Path.of("target", "mae.jar"), folder.resolve("mae.jar"));
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(java, "-jar", alone.toString(), "demo")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .startsWith("mae: mae.jar works only with what the build puts beside it")
        .hasLineCount(1);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(ofTheJar("--version")).matches("mae \\d+\\.\\d+.*\\s*");
  }

  @Test
  void bringsNoWordOfTensorFlows() throws Exception {
    var said = ofTheJar("bench", "--recipe=demo", "--steps=1", "--warm-up=1", "--batch-size=2");
    assertThat(said.lines().toList())
        .first(STRING)
        .matches("TensorFlow 2\\.\\d+\\.\\d+ on CPU, \\d+ threads?");
    assertThat(said).doesNotContain("XLA").doesNotContain(".cc:");
  }

  /** That takes more than a second. */
  @Test
  void loadsTensorFlowOnlyToCompute() throws Exception {
    for (var words : List.of("--help", "recipe list", "runs .", "inspect vit.pth")) {
      assertThat(classes(words))
          .as(words)
          .noneMatch(name -> name.contains("org.tensorflow.internal"));
    }
    assertThat(classes("data verify fashion-mnist?train=1"))
        .anyMatch(name -> name.contains("org.tensorflow.internal"));
  }

  /** Names of the classes that a command loads. */
  private List<String> classes(String words) throws Exception {
    var log = folder.resolve("classes.log");
    Files.copy(
        Path.of("..", "saved-models/src/test/resources/golden/mae_tiny_encoder_only.pth"),
        folder.resolve("vit.pth"),
        StandardCopyOption.REPLACE_EXISTING);
    ofTheJar(
        List.of("-Xlog:class+load:file=" + log), List.of(words.split(" ")).toArray(String[]::new));
    return Files.readAllLines(log);
  }

  private String ofTheJar(String... words) throws Exception {
    return ofTheJar(List.of(), words);
  }

  /** What the jar writes to its two outputs; it must succeed. */
  private String ofTheJar(List<String> options, String... words) throws Exception {
    var output = folder.resolve("output.txt");
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = new ArrayList<>(List.of(java));
    command.addAll(options);
    command.add("-jar");
    command.add(Path.of("target", "mae.jar").toRealPath().toString());
    command.addAll(List.of(words));
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).as("it ends").isTrue();
    var said = Files.readString(output);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  @Test
  void runsInTheOrderInWhichItIsRead() throws Exception {
    TestImages.labelled(folder.resolve("photos"), 260, 20);
    TestImages.scenes(folder.resolve("scenes"), 10);
    var photo = folder.resolve("photos/train/lying/000.jpg");
    Files.copy(photo, folder.resolve("some.jpg"));
    Files.copy(photo, folder.resolve("other.png"));
    var others = Path.of("..", "saved-models", "src", "test", "resources");
    Files.copy(
        others.resolve("golden/mae_tiny_full.pth"), folder.resolve(DocumentedCommands.PUBLISHED));
    Files.copy(others.resolve("golden/mae_tiny_encoder_only.pth"), folder.resolve("odd.pth"));
    var ofTransformers = Files.createDirectory(folder.resolve("vit-mae-base"));
    for (var name : List.of("config.json", "model.safetensors")) {
      Files.copy(
          others.resolve("foreign/transformers-pretraining").resolve(name),
          ofTransformers.resolve(name));
    }
    var result = folder.resolve("result.json");
    var output = folder.resolve("output.txt");

    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DocumentedCommands.class.getName(),
                result.toString()));
    for (var document : DOCUMENTS) {
      command.add(Path.of("..", document).toRealPath().toString());
    }
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).as("it ends").isTrue();

    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    var said = JsonParser.parseString(Files.readString(result)).getAsJsonObject();
    assertThat(said.getAsJsonArray("ran").asList())
        .extracting(JsonElement::getAsString)
        .contains(
            "mae demo",
            "mae pretrain --data photos/ --recipe tiny-64 --out runs/photos",
            "mae recipe list",
            "mae data --help")
        .anySatisfy(bench -> assertThat(bench).startsWith("mae bench --recipe small-32 --set"))
        .anySatisfy(example -> assertThat(example).contains("new TrainingRun("))
        .hasSizeGreaterThan(20);
    assertThat(said.getAsJsonArray("failed").asList())
        .extracting(JsonElement::getAsString)
        .isEmpty();
  }
}
