package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a comparison that does not run in one go. */
@DisplayName("A comparison")
class CompareKillIT {

  @TempDir private Path folder;
  private Path file;
  private Path out;
  private ComparisonFolder left;

  @BeforeEach
  void writesAPlan() throws IOException {
    file = folder.resolve("plan.textproto");
    out = folder.resolve("out");
    left = new ComparisonFolder(out);
    plan(ComparisonFolder.PLAN.formatted(ComparisonFolder.SMALL, ""));
  }

  @Test
  void thatIsKilledAgainAndAgainRepeatsNoFinishedCellAndEndsWithTheSameAnswers() throws Exception {
    var whole = folder.resolve("whole");
    // A process like those below: in this one TensorFlow began with other threads.
    var unharmed = start(whole);
    assertThat(unharmed.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(unharmed.exitValue()).isZero();

    Map<String, String> before = Map.of();
    for (int finished : new int[] {1, 4, 7}) {
      var process = start(out);
      long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
      while (process.isAlive() && left.finishedCells().size() < finished) {
        assertThat(System.nanoTime()).as("patience").isLessThan(patience);
        Thread.sleep(20);
      }
      assertThat(process.isAlive()).as("still running after %d cells", finished).isTrue();
      process.destroyForcibly();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(left.contents()).containsAllEntriesOf(before);
      before = left.contents();
    }
    var status = CommandRun.of("compare", file.toString(), "--out=" + out, "--status");
    assertThat(status.out()).containsPattern("[0-9]+ of 10 cells are finished");

    var process = start(out);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(left.contents()).containsAllEntriesOf(before);
    var answers = left.answers();
    assertThat(answers).hasSize(10).isEqualTo(new ComparisonFolder(whole).answers());
  }

  @Test
  void whoseFolderIsRemovedMeanwhileDoesNotGoOnAsIfNothingHadBeen() throws Exception {
    var said = folder.resolve("said.txt");
    var process = MaeProcess.start(said, "compare", file.toString(), "--threads=1", "--out=" + out);
    var first = out.resolve("cells/linear-probe/10-of-each-class/seed-0/cell.json");
    process.await(() -> Files.exists(first));
    Files.delete(out.resolve("comparison.textproto"));
    assertThat(process.status()).isEqualTo(1);
    assertThat(process.output())
        .contains(out.resolve("comparison.textproto") + " is gone")
        .contains("remove " + out);
    assertThat(left.cells().size()).isLessThan(10);
  }

  @Test
  void thatIsKilledWithinACellGoesOnThere() throws Exception {
    plan(
        """
        change { training { epochs: 20 warmup_epochs: 1 } }
        change { model { encoder { width: 16 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } } }
        protocols { scratch {} }
        labels { total: 2000 }
        """);
    var whole = folder.resolve("whole");
    assertThat(start(whole).waitFor()).isZero();

    var process = start(out);
    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (process.isAlive() && checkpoint().isEmpty()) {
      assertThat(System.nanoTime()).as("patience").isLessThan(patience);
      Thread.sleep(5);
    }
    process.destroyForcibly();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(left.finishedCells()).isEmpty();
    assertThat(checkpoint()).isPresent();
    var killed = Instant.now();

    assertThat(start(out).waitFor()).isZero();
    assertThat(left.answers()).hasSize(1).isEqualTo(new ComparisonFolder(whole).answers());
    var cell = out.resolve("cells/from-scratch/2000-labels/seed-0");
    assertThat(Instant.parse(ComparisonFolder.record(cell).getProvenance().getStarted()))
        .isBefore(killed);
    assertThat(ComparisonFolder.list(cell.getParent())).containsExactly(cell);
  }

  /** Of the cell that is being run. */
  private Optional<Path> checkpoint() throws IOException {
    for (var row : ComparisonFolder.list(out.resolve("cells"))) {
      for (var run : ComparisonFolder.list(row.resolve("2000-labels/seed-0-trials"))) {
        for (var checkpoint : ComparisonFolder.list(run.resolve("checkpoints"))) {
          if (checkpoint.getFileName().toString().startsWith("step-")) {
            return Optional.of(checkpoint);
          }
        }
      }
    }
    return Optional.empty();
  }

  private Process start(Path into) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "org.maejava.cli.Main",
            "compare",
            file.toString(),
            "--threads=1",
            "--out=" + into)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private void plan(String text) throws IOException {
    Files.writeString(file, text, UTF_8);
  }
}
