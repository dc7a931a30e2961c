package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("This module's README")
class ReadmeTest {

  private static final String GIVEN =
      "float[][] images, Path checkpoint, Experiment recipe, RunRecord record";

  @Test
  void hasExamplesThatCompile(@TempDir Path folder) throws IOException {
    var examples = Markdown.blocks(Files.readString(Path.of("README.md")), "java");
    assertThat(examples).hasSize(2);
    for (var example : examples) {
      assertThat(Snippets.errors(example, GIVEN, folder)).isEmpty();
    }
  }
}
