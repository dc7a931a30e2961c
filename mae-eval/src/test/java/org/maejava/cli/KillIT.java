package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.run.RunFolder;
import org.maejava.train.Checkpoint;

/** Real processes, really killed. */
@DisplayName("A pre-training")
class KillIT {

  private static final String SHORT =
      "model { encoder { width: 32 depth: 1 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 2 batch_size: 64 warmup_epochs: 0.5 }";

  @TempDir private Path folder;

  @Test
  void thatIsKilledAgainAndAgainEndsWithTheSameWeights() throws Exception {
    var whole = folder.resolve("whole");
    assertThat(finish(start(whole))).isZero();

    var killed = folder.resolve("killed");
    var process = start(killed);
    for (int step : new int[] {15, 77, 150}) {
      killOnceBeyond(process, killed, step);
      // What a checkpoint that was being written leaves behind must not matter.
      Files.createDirectories(killed.resolve("checkpoints/.step-99999999.partial"));
      process = start(killed, "--resume");
    }
    assertThat(finish(process)).isZero();

    assertThat(weights(killed)).isEqualTo(weights(whole));
    assertThat(Files.readString(killed.resolve("log.jsonl")))
        .isEqualTo(Files.readString(whole.resolve("log.jsonl")));
  }

  @Test
  void thatIsAskedToStopWritesACheckpointAndSaysHowToGoOn() throws Exception {
    var run = folder.resolve("stopped");
    var output = folder.resolve("output.txt");
    var process =
        builder(run, "--checkpoint-every", "100000").redirectOutput(output.toFile()).start();
    await(() -> read(output).contains("steps of"));
    await(
        () ->
            Files.exists(run.resolve("log.jsonl")) && read(run.resolve("log.jsonl")).length() > 0);
    process.destroy();
    finish(process);

    var checkpoint = new RunFolder(run).latest().orElseThrow();
    assertThat(checkpoint.state().getStep()).isBetween(1, 311);
    assertThat(read(output))
        .contains("stopped at step " + checkpoint.state().getStep() + " of 312")
        .contains("mae pretrain --out " + run + " --resume");
    assertThat(finish(start(run, "--resume"))).isZero();
  }

  private void killOnceBeyond(Process process, Path run, int step) throws Exception {
    await(() -> !process.isAlive() || MaeProcess.latestStep(run) > step);
    assertThat(process.isAlive()).as("still running beyond step " + step).isTrue();
    process.destroyForcibly();
    finish(process);
  }

  private static byte[] weights(Path run) throws IOException {
    Checkpoint last = new RunFolder(run).latest().orElseThrow();
    assertThat(last.state().getStep()).isEqualTo(312);
    return Files.readAllBytes(last.folder().resolve("weights.safetensors"));
  }

  private static Process start(Path run, String... more) throws IOException {
    return builder(run, more)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static ProcessBuilder builder(Path run, String... more) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.maejava.cli.Main",
                "pretrain",
                "--threads",
                "1",
                "--out",
                run.toString()));
    var options = List.of(more);
    if (!options.contains("--checkpoint-every")) {
      command.addAll(List.of("--checkpoint-every", "7"));
    }
    if (!options.contains("--resume")) {
      command.addAll(List.of("--recipe", "demo", "--set", SHORT));
    }
    command.addAll(options);
    return new ProcessBuilder(command);
  }

  private static int finish(Process process) throws InterruptedException {
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("the process ends").isTrue();
    return process.exitValue();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("patience").isLessThan(patience);
      Thread.sleep(20);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
