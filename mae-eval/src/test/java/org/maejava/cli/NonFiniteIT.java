package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.record.RecordFile;
import org.maejava.weights.Safetensors;
import org.maejava.weights.SafetensorsWriter;
import org.maejava.weights.WeightSource;

/** What is not a number is found where it comes up, not in a report of zeros. */
@Tag("row")
@DisplayName("A value that is not finite")
class NonFiniteIT {

  private static final String SMALL =
      "model { encoder { width: 32 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 6 batch_size: 8 warmup_epochs: 1 }";

  private static final String HEADS = "model { encoder { heads: 2 } decoder { heads: 2 } }";

  @TempDir private static Path folder;

  private static Path photos;
  private static Path poisoned;

  @BeforeAll
  static void exportsAModelAndPoisonsIt() throws IOException {
    photos = TestImages.labelled(folder.resolve("photos"), 24);
    assertThat(train("pretrain", "pretrained").status()).isZero();
    var model = folder.resolve("model");
    var export = CommandRun.of("export", folder.resolve("pretrained").toString(), "--out=" + model);
    assertThat(export.status()).as(export.err()).isZero();
    poisoned = Files.createDirectories(folder.resolve("poisoned")).resolve("weights.safetensors");
    Files.copy(model.resolve("record.json"), poisoned.resolveSibling("record.json"));
    try (var weights = Safetensors.open(model.resolve("weights.safetensors"))) {
      SafetensorsWriter.write(poisoned, new Poisoned(weights), Map.of());
    }
  }

  /** One value of the second block is none. */
  private record Poisoned(WeightSource source) implements WeightSource {

    private static final String TENSOR = "blocks.1.mlp.fc1.weight";

    @Override
    public Map<String, List<Integer>> shapes() {
      return source.shapes();
    }

    @Override
    public float[] floats(String name) {
      var values = source.floats(name);
      if (name.equals(TENSOR)) {
        values[41] = Float.NaN;
      }
      return values;
    }
  }

  private static CommandRun train(String command, String out, String... more) {
    var words = new ArrayList<>(List.of(command, "--data=" + photos, "--recipe=tiny-64"));
    words.addAll(List.of("--set", SMALL, "--out=" + folder.resolve(out)));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"finetune", "linear-probe"})
  void inWeightsIsRefusedBeforeAnythingIsTrained(String command) {
    var run = train(command, "from-poisoned-" + command, "--weights=" + poisoned.getParent());
    assertThat(run.status()).isNotZero();
    assertThat(run.err()).contains("value 42 of the").contains(Poisoned.TENSOR).contains("is NaN");
    assertThat(folder.resolve("from-poisoned-" + command)).doesNotExist();
  }

  @Test
  void inWeightsIsRefusedByWhatUsesThem() {
    var weights = poisoned.getParent().toString();
    var out = folder.resolve("nothing").toString();
    for (var words :
        List.of(
            List.of("knn", "--weights", weights, "--data=" + photos),
            List.of("export", weights, "--out=" + out),
            List.of("export", weights, "--to=timm", "--out=" + out),
            List.of("import", bare().toString(), "--set", HEADS, "--out=" + out),
            List.of(
                "reconstruct", "--weights", weights, photos.toString(), "--out=" + out + ".png"))) {
      var run = CommandRun.of(words.toArray(String[]::new));
      assertThat(run.status()).as("%s: %s", words, run.err()).isNotZero();
      assertThat(run.err()).as("%s", words).contains("NaN").contains(Poisoned.TENSOR);
      assertThat(Path.of(out)).doesNotExist();
      assertThat(Path.of(out + ".png")).doesNotExist();
    }
  }

  /** Where no record lies beside it, a file is somebody else's. */
  private static Path bare() {
    try {
      var bare = Files.createDirectories(folder.resolve("bare")).resolve("other.safetensors");
      return Files.exists(bare) ? bare : Files.copy(poisoned, bare);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void inAGradientStopsTheRunWhichGoesOnFromACheckpointBefore() throws IOException {
    var diverging = "training { base_rate: 1e6 weight_decay: 1000 warmup_epochs: 5 }";
    var run =
        train(
            "pretrain",
            "diverged",
            "--set",
            diverging,
            "--checkpoint-every=1",
            "--keep-checkpoints=99");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("last good checkpoint is that of step");
    var out = folder.resolve("diverged").toString();
    var going = CommandRun.of("pretrain", "--out", out, "--rewind", "1", "--rate-scale", "1e-10");
    assertThat(going.err()).isEmpty();
    var record = RecordFile.read(Path.of(out)).orElseThrow();
    assertThat(record.getSteps()).isEqualTo(record.getTotalSteps());
    assertThat(record.getCurveList()).allSatisfy(point -> assertThat(point.getLoss()).isFinite());
  }
}
