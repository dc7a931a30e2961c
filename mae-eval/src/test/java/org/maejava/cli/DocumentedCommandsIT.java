package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What the README and the help tell to type")
class DocumentedCommandsIT {

  private static final int PATIENCE_MINUTES = 5;

  @TempDir private Path folder;

  @Test
  void runsInTheOrderInWhichItIsRead() throws Exception {
    TestImages.labelled(folder.resolve("photos"), 260);
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

    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DocumentedCommands.class.getName(),
                Path.of("..", "README.md").toRealPath().toString(),
                result.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).as("it ends").isTrue();

    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    var said = JsonParser.parseString(Files.readString(result)).getAsJsonObject();
    assertThat(said.getAsJsonArray("ran").asList())
        .extracting(JsonElement::getAsString)
        .contains("mae demo", "mae pretrain --data photos/ --recipe tiny-64 --out runs/photos")
        .anySatisfy(example -> assertThat(example).contains("new TrainingRun("))
        .hasSizeGreaterThan(20);
    assertThat(said.getAsJsonArray("failed").asList())
        .extracting(JsonElement::getAsString)
        .isEmpty();
  }
}
