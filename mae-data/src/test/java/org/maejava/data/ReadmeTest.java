package org.maejava.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.maejava.data.spec.ImageSet;
import org.maejava.proto.CenterCrop;
import org.maejava.proto.DataConfig;
import org.maejava.proto.Experiment;
import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.PatchShape;
import org.maejava.proto.Position;
import org.maejava.proto.RandomMasking;

/** The README's snippet compiles and runs: it is in this file, word for word. */
class ReadmeTest {

  @Test
  void theSnippetRuns() {
    var recipe = recipe();

    // The README's lines:
    var data = ImageSet.open("fashion-mnist");
    var plan = new DataPlan(recipe.getData(), recipe.getModel(), 42, 2);
    var position = Position.getDefaultInstance();
    try (var batches = plan.pretraining(data.training(), 256).open(position)) {
      for (int step = 0; step < 3; step++) {
        try (var batch = batches.next()) {
          position = batch.next();
        }
      }
    }
    // until here.

    assertThat(position.getIndex()).isEqualTo(3 * 256);
  }

  @Test
  void theSnippetIsTheReadmes() throws IOException {
    var readme = Files.readString(Path.of("README.md"));
    var snippet = between(readme, "```java\n", "```");
    var here = Files.readString(Path.of("src/test/java/org/maejava/data/ReadmeTest.java"));
    var lines = between(here, "// The README's lines:\n", "    // until here.");
    assertThat(lines.indent(-4)).isEqualTo(snippet);
  }

  private static String between(String text, String begin, String end) {
    int from = text.indexOf(begin) + begin.length();
    return text.substring(from, text.indexOf(end, from));
  }

  private static Experiment recipe() {
    return Experiment.newBuilder()
        .setData(
            DataConfig.newBuilder()
                .addMean(0.286)
                .addStd(0.353)
                .setCenterCrop(CenterCrop.getDefaultInstance())
                .setFlipProbability(0.5)
                .setEvalCropFraction(1)
                .setMaxUnreadableShare(0.01))
        .setModel(
            ModelConfig.newBuilder()
                .setImage(ImageShape.newBuilder().setHeight(28).setWidth(28).setChannels(1))
                .setPatch(PatchShape.newBuilder().setHeight(4).setWidth(4))
                .setRandomMasking(RandomMasking.getDefaultInstance()))
        .build();
  }
}
