package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.cluster.Cluster;
import org.maejava.eval.run.RunFolder;

/** Real processes, which TensorFlow connects. */
@DisplayName("Several workers")
class WorkersIT {

  private static final String MODEL =
      "model { encoder { width: 16 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }";

  /** 50 updates on 400 images. */
  private static final List<String> PRETRAINING =
      List.of(
          "pretrain",
          "--threads=1",
          "--recipe=demo",
          "--data=fashion-mnist?train=40",
          "--checkpoint-every=10",
          "--keep-checkpoints=10",
          "--set",
          MODEL,
          "--set",
          "training { batch_size: 40 epochs: 5 warmup_epochs: 1 }");

  private static final double NEAR = 1e-5;

  @TempDir private Path folder;
  private final List<MaeProcess> processes = new ArrayList<>();

  @AfterEach
  void endsWhatStillRuns() {
    processes.forEach(MaeProcess::killAll);
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
    var four = launched(4, with(PRETRAINING, more), folder.resolve("four"));
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
    var two = launched(2, probe, folder.resolve("two"));
    requireSameCurve(two.out(), one, 50);
    assertThat(answers(two.out())).isEqualTo(answers(one));
  }

  @Test
  void ofWhichOneIsKilledSayWhoAndGoOnAsFewer() throws Exception {
    var whole = alone(PRETRAINING, folder.resolve("whole"));
    // Long enough to be killed in the middle.
    var slow = with(PRETRAINING, List.of("--checkpoint-every=1"));
    var launcher = launch(4, slow, folder.resolve("run"));
    launcher.process().await(() -> MaeProcess.latestStep(launcher.out()) > 3);
    var victim = launcher.process().children().skip(2).findFirst().orElseThrow();
    assertThat(victim.destroyForcibly()).isTrue();
    assertThat(launcher.process().status()).isNotZero();
    assertThat(launcher.process().output())
        .containsPattern("mae: worker [123] \\(localhost:\\d+\\) no longer answers")
        .containsPattern("worker \\d ended with status \\d+; the others are to end, too");
    int before = MaeProcess.latestStep(launcher.out());
    assertThat(before).isBetween(4, 49);

    var resumed = launched(2, List.of("pretrain", "--threads=1", "--resume"), launcher.out());
    assertThat(resumed.process().output()).contains("[0] goes on from").contains("2 workers");
    requireSameCurve(launcher.out(), whole, 50);
  }

  @Test
  void ofWhichOneFallsSilentGiveUpInTime() throws Exception {
    var slow = with(PRETRAINING, List.of("--checkpoint-every=1", "--worker-timeout=6"));
    var launcher = launch(2, slow, folder.resolve("run"));
    launcher.process().await(() -> MaeProcess.latestStep(launcher.out()) > 3);
    long pid = launcher.process().children().skip(1).findFirst().orElseThrow().pid();
    new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
    assertThat(launcher.process().status()).isNotZero();
    assertThat(launcher.process().output())
        .containsPattern("\\[\\d\\] mae: worker \\d \\(localhost:\\d+\\) no longer answers");
    assertThat(new RunFolder(launcher.out()).latest()).isPresent();
  }

  @Test
  void stopTogetherAtTheSameStepWhenOneIsAskedTo() throws Exception {
    var slow = with(PRETRAINING, List.of("--checkpoint-every=100000", "--epochs=400"));
    var launcher = launch(2, slow, folder.resolve("run"));
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

  @Test
  void thatWereStartedDifferentlyRefuseByName() throws Exception {
    int[] ports = {freePort(), freePort()};
    var out = folder.resolve("run");
    var first = worker(ports, 0, with(PRETRAINING, List.of("--seed=1")), out);
    var second = worker(ports, 1, with(PRETRAINING, List.of("--seed=2")), out);
    for (var worker : List.of(first, second)) {
      assertThat(worker.process().status()).isEqualTo(2);
      assertThat(worker.process().output()).contains("worker 1 has another recipe than worker 0");
    }
    assertThat(out).doesNotExist();
  }

  @Test
  void whichNobodyStartedAreNamedBeforeTheFirstStep() throws Exception {
    int[] ports = {freePort(), freePort()};
    var out = folder.resolve("run");
    var only = worker(ports, 0, with(PRETRAINING, List.of("--worker-timeout=2")), out);
    assertThat(only.process().status()).isEqualTo(1);
    assertThat(only.process().output())
        .contains("nobody listens as worker 1 (localhost:" + ports[1] + ")");
    assertThat(out).doesNotExist();
  }

  private record Run(MaeProcess process, Path out) {}

  private static List<String> with(List<String> command, List<String> more) {
    var all = new ArrayList<>(command);
    all.removeIf(word -> word.startsWith("--") && more.stream().anyMatch(m -> sameOption(word, m)));
    all.addAll(more);
    return all;
  }

  private static boolean sameOption(String word, String other) {
    return word.contains("=") && other.startsWith(word.substring(0, word.indexOf('=') + 1));
  }

  private Path alone(List<String> command, Path out) {
    var run = CommandRun.of(with(command, List.of("--out=" + out)).toArray(String[]::new));
    assertThat(run.status()).as(run.err()).isZero();
    return out;
  }

  private Run launched(int workers, List<String> command, Path out) throws Exception {
    var run = launch(workers, command, out);
    assertThat(run.process().status()).as(run.process().output()).isZero();
    return run;
  }

  private Run launch(int workers, List<String> command, Path out) throws IOException {
    var words = new ArrayList<>(List.of("launch", "--workers=" + workers, "--"));
    words.addAll(with(command, List.of("--out=" + out)));
    return start(words, out, "launcher", Map.of());
  }

  private Run worker(int[] ports, int index, List<String> command, Path out) throws IOException {
    var config =
        "{\"cluster\": {\"worker\": [\"localhost:%d\", \"localhost:%d\"]}, \"task\": {\"type\": \"worker\", \"index\": %d}}"
            .formatted(ports[0], ports[1], index);
    return start(
        with(command, List.of("--out=" + out)),
        out,
        "worker" + index,
        Map.of(Cluster.VARIABLE, config));
  }

  private Run start(List<String> words, Path out, String name, Map<String, String> environment)
      throws IOException {
    var log = folder.resolve(name + "-" + processes.size() + ".txt");
    var process = MaeProcess.start(log, List.of(), List.of(), words, environment);
    processes.add(process);
    return new Run(process, out);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void requireSameCurve(Path run, Path other, int points) throws IOException {
    var curve = curve(run);
    var expected = curve(other);
    assertThat(curve).hasSize(points).hasSameSizeAs(expected);
    for (int i = 0; i < points; i++) {
      for (var key : List.of("loss", "gradient_norm")) {
        double value = expected.get(i).get(key).getAsDouble();
        assertThat(curve.get(i).get(key).getAsDouble())
            .as("%s of point %d", key, i)
            .isCloseTo(value, within(NEAR * value));
      }
    }
  }

  private static List<JsonObject> curve(Path run) throws IOException {
    return Files.readAllLines(run.resolve("log.jsonl")).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(line -> line.has("gradient_norm"))
        .toList();
  }

  private static List<String> answers(Path run) throws IOException {
    return Files.readAllLines(run.resolve("answers.jsonl")).stream()
        .map(line -> line.replaceAll("\"probability\":[^,}]*", ""))
        .toList();
  }
}
