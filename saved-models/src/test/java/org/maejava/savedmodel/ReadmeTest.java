package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.documents.Markdown;
import org.maejava.documents.Snippets;

@DisplayName("This module's README")
class ReadmeTest {

  private static final List<String> IMPORTS =
      List.of(
          "org.maejava.model.*",
          "org.maejava.nn.*",
          "org.maejava.proto.*",
          "org.maejava.random.*",
          "org.maejava.savedmodel.*",
          "org.maejava.train.*",
          "org.maejava.weights.*",
          "org.tensorflow.proto.ConfigProto");

  private static final String GIVEN =
      "java.util.stream.Stream<Path> files, float[][] images, Path checkpoint, Experiment recipe, RunRecord record";

  @Test
  void hasExamplesThatCompile(@TempDir Path folder) throws IOException {
    var examples = Markdown.blocks(Files.readString(Path.of("README.md")), "java");
    assertThat(examples).hasSize(3);
    for (var example : examples) {
      assertThat(Snippets.errors(IMPORTS, GIVEN, example, folder)).isEmpty();
    }
  }
}
