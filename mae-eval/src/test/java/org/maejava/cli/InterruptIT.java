package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.run.RunFolder;
import org.maejava.record.RecordFile;

@DisplayName("Ctrl-C on a terminal")
class InterruptIT {

  private static final String SMALL =
      "model { encoder { width: 16 depth: 1 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }";

  private static final String MODEL = "../saved-models/models/fashion-mnist-small";

  @TempDir private Path folder;
  private Path out;

  @BeforeEach
  void namesAFolder() {
    out = folder.resolve("run");
  }

  @Test
  void inPretrainingWritesACheckpointAndSaysHowToGoOn() throws Exception {
    String[] command = {
      "pretrain",
      "--recipe=demo",
      "--set",
      SMALL,
      "--set",
      "training { epochs: 8 warmup_epochs: 1 }",
      "--out=" + out,
      "--checkpoint-every=100000"
    };
    try (var run = TerminalRun.start(60, command)) {
      run.await(() -> Files.exists(out.resolve("log.jsonl")) && size(out.resolve("log.jsonl")) > 0);
      // What a short line has room for: steps, time and the whole loss.
      var bar = Pattern.compile("\\d+/\\d+ \\(0:[0-9:]+ / 0:[0-9:]+\\)  loss \\d\\.\\d{4}");
      run.await(() -> bar.matcher(run.output()).find()).interrupt().interrupt();
      assertThat(run.status()).isEqualTo(130);
      int step = new RunFolder(out).latest().orElseThrow().state().getStep();
      assertThat(step).isPositive();
      assertThat(run.output())
          .containsOnlyOnce("stopping at the next step; what was done is kept")
          .contains("stopped at step " + step + " of ")
          .contains("go on with: mae pretrain --out " + out + " --resume");
    }
    var resumed = CommandRun.of("pretrain", "--out=" + out, "--resume");
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.status()).isZero();
    assertThat(resumed.out()).contains("goes on from").contains("The loss fell");
  }

  /** Of a run weights and data are still to be closed when its last line is there. */
  @Test
  void afterTheLastLineChangesNothing() throws Exception {
    String[] command = {
      "pretrain",
      "--recipe=demo",
      "--set",
      SMALL,
      "--set",
      "training { epochs: 1 warmup_epochs: 0.5 }",
      "--out=" + out
    };
    try (var run = TerminalRun.start(command)) {
      run.await("report: ").interrupt();
      assertThat(run.status()).as(run.output()).isZero();
      assertThat(run.output()).doesNotContain("mae: stop");
    }
    assertThat(CommandRun.of("runs", out.toString()).out()).contains("finished");
  }

  @Test
  void inTheEvaluationKeepsTheTrainingThatIsDone() throws Exception {
    // Large enough that 2,000 images take seconds.
    String[] command = {
      "finetune",
      "--from-scratch",
      "--recipe=tiny-64",
      "--set",
      "training { epochs: 1 warmup_epochs: 0.5 batch_size: 20 accumulation_steps: 1 }",
      "--labels=20",
      "--out=" + out
    };
    try (var run = TerminalRun.start(command)) {
      run.await(this::hasCheckpoint).interrupt();
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.output())
          .contains("stopped in the evaluation")
          .contains("go on with: mae finetune --from-scratch --out " + out + " --resume");
    }
    var resumed = CommandRun.of("finetune", "--from-scratch", "--out=" + out, "--resume");
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.status()).isZero();
    assertThat(RecordFile.read(out).orElseThrow().getEvaluation().getImages()).isEqualTo(2000);
  }

  @Test
  void inTheDemosComparisonKeepsTheRunsThatAreDone() throws Exception {
    String[] command = {
      "demo",
      "--set",
      SMALL + " model { encoder { depth: 2 } }",
      "--set",
      "training { epochs: 1 warmup_epochs: 0.5 }",
      "--seeds=1",
      "--out=" + out,
      "--models=" + folder.resolve("models")
    };
    String before;
    try (var run = TerminalRun.start(command)) {
      run.await(() -> Files.exists(out.resolve("cells/fine-tuning/200-labels/seed-0"))).interrupt();
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.output())
          .containsPattern("stopped in (\"[^\"]+\" with [0-9,]+ labels|the evaluation)")
          .contains("go on with: mae demo --set");
      before = run.output();
    }
    var finetuned = out.resolve("cells/fine-tuning/200-labels/seed-0/cell.json");
    var kept = Files.readString(finetuned);
    var again = CommandRun.of(command);
    assertThat(again.err()).isEmpty();
    assertThat(again.status()).isZero();
    assertThat(again.out())
        .doesNotContain("Pre-training")
        .doesNotContainPattern("   Fine-tuning +200 labels");
    assertThat(Files.readString(finetuned)).isEqualTo(kept);
    var said = Pattern.compile("   Fine-tuning +200 labels, seed 0: ([0-9.]+) %").matcher(before);
    assertThat(said.find()).isTrue();
    assertThat(again.out())
        .contains("With 200 labels, \"Fine-tuning\" gets " + said.group(1) + " % right");
  }

  @Test
  void betweenSeedsKeepsThoseThatAreDoneAndCountsThem() throws Exception {
    String[] command = {
      "finetune",
      "--from-scratch",
      "--recipe=demo",
      "--set",
      SMALL,
      "--set",
      "training { epochs: 12 warmup_epochs: 1 batch_size: 50 }",
      "--labels=1000",
      "--seeds=3",
      "--out=" + out
    };
    try (var run = TerminalRun.start(command)) {
      run.await("seed 0, 1,000 labels: ");
      // The bar of the next one, on a terminal of 80 characters.
      int told = run.output().indexOf("seed 0, 1,000 labels: ");
      run.await(() -> run.output().substring(told).contains("From scratch, 1,000")).interrupt();
      assertThat(run.status()).isEqualTo(130);
    }
    assertThat(CommandRun.of("runs", folder.toString()).out())
        .containsPattern(
            "stopped 1/3 cells +From scratch, 1,000 labels, seeds: 3 +[0-9.]+ % right");
    assertThat(out.resolve(RunFolder.REPORT)).content().contains("1 of 3 runs are finished");
  }

  @Test
  void inAConversionKeepsWholeShards() throws Exception {
    String[] command = {
      "data", "convert", "fashion-mnist", "--to=tar", "--per-shard=20", "--out=" + out
    };
    try (var run = TerminalRun.start(command)) {
      run.await(() -> Files.exists(out.resolve("train-00003-of-00500.tar"))).interrupt();
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.output())
          .containsPattern("stopped at image [0-9,]+ of 12,000, whole shards are kept")
          .contains("go on with: mae data convert fashion-mnist --to=tar");
    }
    try (var files = Files.list(out)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("partial"));
    }
    var shard = out.resolve("train-00003-of-00500.tar");
    var before = Files.getLastModifiedTime(shard);
    var again = CommandRun.of(command);
    assertThat(again.err()).isEmpty();
    assertThat(again.status()).isZero();
    assertThat(Files.getLastModifiedTime(shard)).isEqualTo(before);
  }

  @Test
  void inEmbeddingKeepsWhatIsDoneAndGoesOnToTheSameBytes() throws Exception {
    String[] whole = {"embed", MODEL, "--data=fashion-mnist", "--out=" + folder.resolve("a.npy")};
    assertThat(CommandRun.of(whole).status()).isZero();
    var part = folder.resolve("b.npy");
    String[] command = {"embed", MODEL, "--data=fashion-mnist", "--out=" + part, "--threads=1"};
    try (var run = TerminalRun.start(command)) {
      // Of 12,000 images the first 512.
      run.await(() -> Files.exists(folder.resolve(".b.npy.json.growing"))).interrupt();
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.output())
          .containsPattern("stopped after [0-9,]+ of 12,000 images")
          .contains("go on with: mae embed " + MODEL);
    }
    assertThat(part).doesNotExist();
    var again = CommandRun.of(command);
    assertThat(again.err()).isEmpty();
    assertThat(again.status()).isZero();
    for (var end : List.of(".npy", ".npy.jsonl")) {
      assertThat(folder.resolve("b" + end)).hasSameBinaryContentAs(folder.resolve("a" + end));
    }
    try (var files = Files.list(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder(
              "a.npy", "a.npy.jsonl", ".a.npy.json", "b.npy", "b.npy.jsonl", ".b.npy.json");
    }
  }

  /** An update of 4,096 images takes many seconds; between two batches of 64 it is given up. */
  @Test
  void betweenTheBatchesOfAnUpdateGivesTheUpdateUp() throws Exception {
    String[] command = {
      "pretrain", "--recipe=b16", "--set", SMALL, "--out=" + out,
    };
    try (var run = TerminalRun.start(command)) {
      run.await("peak rate").interrupt();
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.output())
          .contains("stopped at step 0 of ")
          .contains("go on with: mae pretrain --out " + out + " --resume");
    }
  }

  /** Of the report a run has pictures to draw after its last step. */
  @Test
  void inTheReportKeepsTheRun() throws Exception {
    String[] command = {
      "pretrain",
      "--recipe=tiny-64",
      "--set",
      "training { epochs: 1 warmup_epochs: 0.5 batch_size: 20 }",
      "--data=fashion-mnist?train=2&val=0.9",
      "--out=" + out
    };
    try (var run = TerminalRun.start(command)) {
      run.await(() -> size(out.resolve("log.jsonl")) > 0 && hasCheckpoint()).interrupt();
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.output())
          .contains("stopped while the report was made")
          .contains("go on with: mae pretrain --out " + out + " --resume");
    }
    assertThat(out.resolve("report.html")).doesNotExist();
    assertThat(CommandRun.of("runs", out.toString()).out()).contains("finished, no report");
    var resumed = CommandRun.of("pretrain", "--out=" + out, "--resume");
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.status()).isZero();
    assertThat(out.resolve("report.html")).exists();
  }

  @Test
  void whileNeighboursAreSoughtKeepsTheFeatures() throws Exception {
    var query = folder.resolve("query.png");
    ImageIO.write(new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY), "png", query.toFile());
    var sheet = folder.resolve("nearest.png");
    String[] command = {
      "nearest", MODEL, "--data=fashion-mnist", "--query=" + query, "--out=" + sheet, "--threads=1"
    };
    try (var run = TerminalRun.start(command)) {
      run.await(() -> Files.exists(folder.resolve(".nearest.png.npy.json.growing"))).interrupt();
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.output())
          .containsPattern("stopped after [0-9,]+ of 12,000 images")
          .contains("go on with: mae nearest " + MODEL);
    }
    assertThat(sheet).doesNotExist();
    var again = CommandRun.of(command);
    assertThat(again.err()).isEmpty();
    assertThat(again.status()).isZero();
    assertThat(sheet).exists();
  }

  /** Of commands that run a comparison: pre-training, and cells that only read features. */
  @Test
  void inAnAblationKeepsThePretraining() throws Exception {
    String[] command = {
      "ablate",
      "mask-ratio",
      "--recipe=demo",
      "--set",
      SMALL + " model { encoder { depth: 2 } } training { epochs: 30 warmup_epochs: 1 }",
      "--labels=100",
      "--out=" + out
    };
    try (var run = TerminalRun.start(command)) {
      run.await("Pre-training \"10 % hidden\"").interrupt();
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.output())
          .containsPattern("\\nstopped in pre-training \"10 % hidden\" at step [0-9]+ of 2340")
          .contains("go on with: mae ablate mask-ratio --recipe=demo");
    }
    try (var left = Files.walk(out)) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.endsWith(".partial"));
    }
  }

  private boolean hasCheckpoint() {
    try {
      return new RunFolder(out).latest().isPresent();
    } catch (IOException e) {
      return false; // it is just being written
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }
}
