package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.run.RunFolder;
import org.maejava.random.Mutations;

/** A process that trains long, seen from outside. */
@Tag("row")
@DisplayName("A long training with looks at the features and checkpoints")
class ManyStepsIT {

  private static final String SMALL =
      "model { encoder { width: 16 depth: 1 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: %d batch_size: 1 warmup_epochs: 1 }";

  /** Of an epoch, which is between two looks and two checkpoints. */
  private static final int STEPS = 500;

  @TempDir private Path folder;

  @Test
  void takesNoMoreMemoryWithEveryStep() throws Exception {
    int epochs = Mutations.count(100, 16);
    int settled = Mutations.count(2_000, 4_000);
    var photos = TestImages.labelled(folder.resolve("photos"), STEPS / 2);
    var out = folder.resolve("run");
    var process =
        MaeProcess.start(
            folder.resolve("log.txt"),
            List.of(),
            // A heap that is all there from the first moment: what grows is what is not in it.
            List.of("-Xms192m", "-Xmx192m", "-XX:+AlwaysPreTouch"),
            List.of(
                "pretrain",
                "--data=" + photos,
                "--recipe=tiny-64",
                "--set",
                SMALL.formatted(epochs),
                "--out=" + out,
                "--threads=1",
                "--probe-every=1",
                "--checkpoint-every=" + STEPS));
    var memory = new SimpleRegression();
    double least = Double.MAX_VALUE;
    double most = 0;
    while (!process.endsWithin(200)) {
      double step = newestCheckpoint(out);
      double bytes = residentBytes(process.pid());
      if (step >= settled && step < epochs * STEPS && bytes > 0) {
        memory.addData(step, bytes);
        least = Math.min(least, bytes);
        most = Math.max(most, bytes);
      }
    }
    assertThat(process.status()).as(process.output()).isZero();
    var record = new RunFolder(out).record();
    assertThat(record.getSteps()).isEqualTo(epochs * STEPS);
    assertThat(record.getProbesCount()).isEqualTo(epochs);
    assertThat(memory.getN()).isGreaterThan(10);
    System.out.printf(
        "row steps: %,d steps, %.0f to %.0f MB, %.0f bytes a step after %,d%n",
        record.getSteps(), least / (1 << 20), most / (1 << 20), memory.getSlope(), settled);
    // A few seconds tell a leak of a batch at every step, not one of a kilobyte.
    assertThat(memory.getSlope()).isLessThan(Mutations.count(1 << 10, 12 << 10));
  }

  private static int newestCheckpoint(Path out) throws IOException {
    if (!Files.isDirectory(out.resolve("checkpoints"))) {
      return 0;
    }
    try (Stream<Path> steps = Files.list(out.resolve("checkpoints"))) {
      return steps
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("step-"))
          .mapToInt(name -> Integer.parseInt(name.substring("step-".length())))
          .max()
          .orElse(0);
    }
  }

  /** What Linux says; 0 once the process has ended. */
  private static long residentBytes(long pid) throws IOException {
    var status = Path.of("/proc/" + pid + "/status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
