package org.maejava.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.golden.SyntheticImages;
import org.maejava.proto.AdamW;
import org.maejava.proto.TrainingConfig;

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
  void hasAnExampleThatRuns(@TempDir Path folder) throws Exception {
    var examples = Markdown.blocks(Files.readString(Path.of("README.md")), "java");
    assertThat(examples).hasSize(1);
    var training =
        TrainingConfig.newBuilder()
            .setAccumulationSteps(1)
            .setWeightDecay(0.05)
            .setAdamw(AdamW.newBuilder().setBeta1(0.9).setBeta2(0.95).setEpsilon(1e-8))
            .build();
    try (var batch = SyntheticImages.batch(0, 8)) {
      var given = Map.<String, Object>of("TrainingConfig training", training, "Batch batch", batch);
      var loss = Double.parseDouble(Snippets.output(IMPORTS, given, examples.get(0), folder));
      // Predictions begin near 0, and so the loss near the mean of the targets' squares.
      assertThat(loss).isBetween(0.1, 10.0);
    }
  }
}
