package org.maejava.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("This module's README")
class ReadmeTest {

  private static final List<String> IMPORTS =
      List.of(
          "org.maejava.model.*",
          "org.maejava.optim.ParamPlan",
          "org.maejava.proto.*",
          "org.maejava.random.Draws",
          "org.maejava.train.*",
          "org.tensorflow.ndarray.Shape",
          "org.tensorflow.op.core.Placeholder",
          "org.tensorflow.proto.ConfigProto",
          "org.tensorflow.types.TFloat32");

  @Test
  void hasAnExampleThatCompiles(@TempDir Path folder) throws IOException {
    var examples = Markdown.blocks(Files.readString(Path.of("README.md")), "java");
    assertThat(examples).hasSize(1);
    assertThat(
            Snippets.errors(
                IMPORTS, "TrainingConfig training, Batch batch", examples.get(0), folder))
        .isEmpty();
  }
}
