package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.maejava.cli.WorkerRuns.PRETRAINING;
import static org.maejava.cli.WorkerRuns.curve;
import static org.maejava.cli.WorkerRuns.freePort;
import static org.maejava.cli.WorkerRuns.with;

import com.google.common.collect.Iterables;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.run.RunFolder;
import org.maejava.record.RecordFile;

/** Real processes, of which something is not as it should be. */
@DisplayName("Several workers")
class WorkerFaultsIT {

  @TempDir private Path folder;
  @AutoClose private WorkerRuns runs;

  @BeforeEach
  void begins() {
    runs = new WorkerRuns(folder);
  }

  @Test
  void ofWhichOneFallsSilentGiveUpInTime() throws Exception {
    var slow = with(PRETRAINING, List.of("--checkpoint-every=1", "--worker-timeout=6"));
    var launcher = runs.launch(2, slow, folder.resolve("run"));
    launcher.process().await(() -> MaeProcess.latestStep(launcher.out()) > 3);
    long pid = launcher.process().children().skip(1).findFirst().orElseThrow().pid();
    new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
    assertThat(launcher.process().status()).isNotZero();
    assertThat(launcher.process().output())
        .containsPattern("\\[0\\] mae: worker 1 \\(localhost:\\d+\\) no longer answers");
    assertThat(new RunFolder(launcher.out()).latest()).isPresent();
  }

  /** As by a network that drops everything: connections stay, and no byte arrives. */
  @Test
  void thatAreCutOffFromEachOtherEndWithTheOthersName() throws Exception {
    int[] ports = {freePort(), freePort()};
    try (var toFirst = new Relay(ports[0]);
        var toSecond = new Relay(ports[1])) {
      var command =
          List.of(
              "pretrain",
              "--threads=1",
              "--recipe=demo",
              "--data=fashion-mnist?train=40",
              "--epochs=400",
              "--worker-timeout=6",
              "--checkpoint-every=20",
              "--set",
              "training { batch_size: 4 }");
      var out = folder.resolve("run");
      int[] seenByFirst = {ports[0], toSecond.port()};
      int[] seenBySecond = {toFirst.port(), ports[1]};
      var first = runs.worker(seenByFirst, 0, command, out);
      var second = runs.worker(seenBySecond, 1, command, out);

      first.process().await(() -> lastStep(out) > 5);
      int from = lastStep(out);
      long before = toFirst.bytes() + toSecond.bytes();
      first.process().await(() -> lastStep(out) > from + 40);
      double sent = toFirst.bytes() + toSecond.bytes() - before;
      int steps = lastStep(out) - from;
      // In a ring of two each sends as much as there are gradients.
      double gradients = 4.0 * RecordFile.read(out).orElseThrow().getTrainedParameters();
      assertThat(sent / steps).isCloseTo(2 * gradients, within(0.1 * 2 * gradients));

      toFirst.cut();
      toSecond.cut();
      for (var worker : List.of(first, second)) {
        assertThat(worker.process().status()).isEqualTo(1);
      }
      assertThat(first.process().output())
          .contains("mae: worker 1 (localhost:" + toSecond.port() + ") no longer answers");
      assertThat(second.process().output())
          .contains("mae: worker 0 (localhost:" + toFirst.port() + ") no longer answers");
      assertThat(new RunFolder(out).latest().orElseThrow().state().getStep())
          .isBetween(lastStep(out) - 20, lastStep(out));
    }
  }

  private static int lastStep(Path run) {
    try {
      var curve = curve(run);
      return curve.isEmpty() ? 0 : Iterables.getLast(curve).get("step").getAsInt();
    } catch (IOException | RuntimeException e) {
      return 0; // a line that is being written, or none yet
    }
  }

  @Test
  void thatWereStartedDifferentlyRefuseByName() throws Exception {
    int[] ports = {freePort(), freePort()};
    var out = folder.resolve("run");
    var first = runs.worker(ports, 0, with(PRETRAINING, List.of("--seed=1")), out);
    var code = folder.resolve("classes/org/maejava/eval/run/code.properties");
    Files.createDirectories(code.getParent());
    Files.writeString(code, "commit=another");
    var second =
        runs.worker(
            ports,
            1,
            with(PRETRAINING, List.of("--seed=2", "--data=fashion-mnist?train=41")),
            out,
            "-Xbootclasspath/a:" + folder.resolve("classes"));
    for (var worker : List.of(first, second)) {
      assertThat(worker.process().status()).isEqualTo(2);
      assertThat(worker.process().output())
          .contains("worker 1 has another code than worker 0")
          .contains("worker 1 has another recipe than worker 0")
          .contains("worker 1 has another images than worker 0");
    }
    assertThat(out).doesNotExist();
  }

  @Test
  void whichNobodyStartedAreNamedBeforeTheFirstStep() throws Exception {
    int[] ports = {freePort(), freePort()};
    var out = folder.resolve("run");
    var only = runs.worker(ports, 0, with(PRETRAINING, List.of("--worker-timeout=2")), out);
    assertThat(only.process().status()).isEqualTo(1);
    assertThat(only.process().output())
        .contains("nobody listens as worker 1 (localhost:" + ports[1] + ")");
    assertThat(out).doesNotExist();
  }

  @Test
  void thatAreDescribedWronglyAreRefusedWithEverythingThatIsWrong() throws Exception {
    var out = folder.resolve("run");
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int[] ports = {taken.getLocalPort(), freePort()};
      var atItsPort = runs.worker(ports, 0, PRETRAINING, out);
      var twice =
          runs.worker(
              "{\"cluster\": {\"worker\": [\"a:1\", \"a:1\"]}, \"task\": {\"index\": 2}}",
              PRETRAINING,
              out);
      var noJson = runs.worker("{\"cluster\": ", PRETRAINING, out);
      assertThat(atItsPort.process().status()).isEqualTo(1);
      for (var worker : List.of(twice, noJson)) {
        assertThat(worker.process().status()).isEqualTo(2);
      }
      assertThat(atItsPort.process().output())
          .contains(
              "worker 0 (localhost:"
                  + ports[0]
                  + ") cannot listen at its port, which may be taken");
      assertThat(twice.process().output())
          .contains("cluster lists a:1 twice; task.index 2 must be from 0 to 1");
      assertThat(noJson.process().output()).contains("TF_CONFIG is no JSON");
    }
    assertThat(out).doesNotExist();
  }

  /** In both halves; the chief's record has what any worker met, once. */
  @Test
  void nameWhatAnyOfThemCannotRead() throws Exception {
    var photos = TestImages.labelled(folder.resolve("photos"), 12, 4);
    var broken =
        List.of(
            "train/lying/000.jpg",
            "train/lying/004.jpg",
            "train/lying/008.jpg",
            "train/standing/002.jpg",
            "train/standing/006.jpg",
            "val/standing/001.jpg");
    for (var file : broken) {
      Files.writeString(photos.resolve(file), "no picture");
    }
    var command =
        List.of(
            "finetune",
            "--from-scratch",
            "--threads=1",
            "--recipe=tiny-64",
            "--data=" + photos,
            "--set",
            WorkerRuns.MODEL,
            "--set",
            "data { max_unreadable_share: 0.5 } training { batch_size: 8 epochs: 4 warmup_epochs: 0 }");
    var run = runs.launched(2, command, folder.resolve("run"));
    assertThat(RecordFile.read(run.out()).orElseThrow().getUnreadableList())
        .extracting(image -> broken.stream().filter(image.getName()::endsWith).findFirst())
        .containsExactlyInAnyOrderElementsOf(broken.stream().map(Optional::of).toList());
    assertThat(run.process().output()).contains("[0] 6 images could not be read");
  }
}
