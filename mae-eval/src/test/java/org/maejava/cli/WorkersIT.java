package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.cli.WorkerRuns.PRETRAINING;
import static org.maejava.cli.WorkerRuns.alone;
import static org.maejava.cli.WorkerRuns.curve;
import static org.maejava.cli.WorkerRuns.requireSameCurve;
import static org.maejava.cli.WorkerRuns.with;

import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.record.RecordFile;

/** Real processes, which TensorFlow connects. */
@DisplayName("Several workers")
class WorkersIT {

  @TempDir private Path folder;
  @AutoClose private WorkerRuns runs;

  @BeforeEach
  void begins() {
    runs = new WorkerRuns(folder);
  }

  @Test
  void ofPretrainingHaveTheLossesOfOneWhateverTheRecipeUses() throws Exception {
    List<String> more =
        List.of(
            "--set",
            "training { batch_size: 20 accumulation_steps: 2 gradient_clip { max_norm: 0.5 }"
                + " weight_average { decay: 0.9 } }",
            "--set",
            "model { pca { coefficients: 10 sample_images: 100 } }",
            "--set",
            "data { repeated_augmentation { repeats: 2 } }");
    var one = alone(with(PRETRAINING, more), folder.resolve("one"));
    var four = runs.launched(4, with(PRETRAINING, more), folder.resolve("four"));
    assertThat(four.process().output()).contains("[0] 4 workers, each TensorFlow");
    requireSameCurve(four.out(), one, 50);
  }

  @Test
  void ofAProbeShareTheStatisticsOfItsFeatures() throws Exception {
    var pretrained = alone(PRETRAINING, folder.resolve("pretrained"));
    List<String> probe =
        List.of(
            "linear-probe",
            "--threads=1",
            "--data=fashion-mnist?train=40",
            "--weights=" + pretrained,
            "--set",
            "training { batch_size: 40 epochs: 5 warmup_epochs: 1"
                + " lars { momentum: 0.9 trust_coefficient: 0.001 } }");
    var one = alone(probe, folder.resolve("one"));
    var two = runs.launched(2, probe, folder.resolve("two"));
    requireSameCurve(two.out(), one, 50);
    assertThat(answers(two.out())).isEqualTo(answers(one));
  }

  /** 260 images to evaluate are two batches, so that of four workers two have none. */
  @Test
  void mixTheImagesThatOneMixesAndEvaluateEachImageOnce() throws Exception {
    List<String> tuning =
        List.of(
            "finetune",
            "--from-scratch",
            "--threads=1",
            "--recipe=demo",
            "--data=fashion-mnist?train=40&val=26",
            "--set",
            WorkerRuns.MODEL,
            "--set",
            "classification { drop_path: 0.1 } data { mixing { mixup_alpha: 0.8 cutmix_alpha: 1"
                + " probability: 1 cutmix_probability: 0.5 } }",
            "--set",
            "training { batch_size: 36 epochs: 5 warmup_epochs: 1 }");
    var one = alone(tuning, folder.resolve("one"));
    var three = runs.launched(3, tuning, folder.resolve("three"));
    requireSameCurve(three.out(), one, 55);

    var again = folder.resolve("again");
    copy(one, again);
    Files.delete(again.resolve("answers.jsonl"));
    runs.launched(4, List.of("finetune", "--from-scratch", "--threads=1", "--resume"), again);
    assertThat(again.resolve("answers.jsonl"))
        .hasSameTextualContentAs(one.resolve("answers.jsonl"));
    assertThat(Files.readAllLines(again.resolve("answers.jsonl"))).hasSize(260);
    assertThat(RecordFile.read(again).orElseThrow().getEvaluation())
        .isEqualTo(RecordFile.read(one).orElseThrow().getEvaluation());
  }

  /** One, two, four, one again; each but the last killed in another way. */
  @Test
  void goOnWhereMoreOrFewerWereKilled() throws Exception {
    var command =
        with(
            PRETRAINING,
            List.of(
                "--set",
                "training { batch_size: 20 accumulation_steps: 2 weight_average { decay: 0.9 } }"));
    var whole = alone(command, folder.resolve("whole"));
    // Long enough to be killed in the middle.
    List<String> slow = List.of("--checkpoint-every=1");
    var first = runs.launch(1, with(command, slow), folder.resolve("run"));
    var out = first.out();
    first.process().await(() -> MaeProcess.latestStep(out) > 2);
    first.process().kill();

    var resume = with(List.of("pretrain", "--threads=1", "--resume"), slow);
    int before = MaeProcess.latestStep(out);
    var two = runs.launch(2, resume, out);
    two.process().await(() -> MaeProcess.latestStep(out) > before + 2 && isWriting(out));
    two.process().children().findFirst().orElseThrow().destroyForcibly();
    assertThat(two.process().status()).isNotZero();
    assertThat(two.process().output())
        .contains("[0] goes on from")
        .containsPattern("\\[1\\] mae: worker 0 \\(localhost:\\d+\\) no longer answers");
    requireLittleLost(out);

    int between = MaeProcess.latestStep(out);
    assertThat(between).isBetween(before + 3, 45);
    var four = runs.launch(4, resume, out);
    four.process().await(() -> MaeProcess.latestStep(out) > between + 2);
    four.process().children().skip(2).findFirst().orElseThrow().destroyForcibly();
    assertThat(four.process().status()).isNotZero();
    assertThat(four.process().output())
        .containsPattern("mae: .*worker 2 \\(localhost:\\d+\\).* no longer answers")
        .containsPattern("worker \\d ended with status \\d+; the others are to end, too");
    requireLittleLost(out);
    assertThat(MaeProcess.latestStep(out)).isLessThan(50);

    alone(List.of("pretrain", "--threads=1", "--resume"), out);
    requireSameCurve(out, whole, 50);
  }

  private static boolean isWriting(Path out) {
    try (var entries = Files.list(out.resolve("checkpoints"))) {
      return entries.anyMatch(entry -> entry.getFileName().toString().endsWith("partial"));
    } catch (IOException e) {
      return false;
    }
  }

  /** A checkpoint was due after every update. */
  private static void requireLittleLost(Path out) throws IOException {
    var curve = curve(out);
    int done = curve.get(curve.size() - 1).get("step").getAsInt();
    assertThat(MaeProcess.latestStep(out)).isBetween(done - 1, done);
  }

  private static void copy(Path from, Path to) throws IOException {
    for (var file : MoreFiles.fileTraverser().depthFirstPreOrder(from)) {
      Files.copy(file, to.resolve(from.relativize(file).toString()));
    }
  }

  @Test
  void stopTogetherAtTheSameStepWhenOneIsAskedTo() throws Exception {
    var slow = with(PRETRAINING, List.of("--checkpoint-every=100000", "--epochs=400"));
    var launcher = runs.launch(2, slow, folder.resolve("run"));
    var log = launcher.out().resolve("log.jsonl");
    launcher.process().await(() -> log.toFile().length() > 0);
    // The second worker alone, as where a cluster takes one machine away.
    launcher.process().children().skip(1).findFirst().orElseThrow().destroy();
    assertThat(launcher.process().status()).isNotZero();
    int step = MaeProcess.latestStep(launcher.out());
    assertThat(step).isPositive();
    assertThat(launcher.process().output())
        .contains("[0] stopped at step " + step + " of ")
        .contains("--resume");
  }

  @Test
  void onATerminalSayHowToGoOnAfterCtrlC() throws Exception {
    var out = folder.resolve("run");
    var words = new ArrayList<>(List.of("launch", "--workers=2", "--"));
    words.addAll(with(PRETRAINING, List.of("--epochs=4000", "--out=" + out)));
    try (var run = TerminalRun.start(words.toArray(String[]::new))) {
      run.await("images/s").interrupt();
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.output())
          .contains("[0] stopped at step " + MaeProcess.latestStep(out) + " of ")
          .contains("go on with: mae pretrain --out " + out + " --resume");
    }
  }

  private static List<String> answers(Path run) throws IOException {
    return Files.readAllLines(run.resolve("answers.jsonl")).stream()
        .map(line -> line.replaceAll("\"probability\":[^,}]*", ""))
        .toList();
  }
}
