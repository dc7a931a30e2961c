package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.report.RunReport;
import org.maejava.eval.run.FolderRun;
import org.maejava.eval.run.RecipeChoice;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.RunRequest;
import org.maejava.eval.task.Protocol;
import org.maejava.train.Trainer;

/** A run that was stopped goes on in other circumstances. */
@Tag("row")
@DisplayName("A run that was stopped goes on")
class MovedRunIT {

  private static final String SMALL =
      "model { encoder { width: 32 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 6 batch_size: 8 warmup_epochs: 1 }";

  /** Of 36 steps. */
  private static final int STOP = 20;

  @TempDir private static Path folder;

  private static Path photos;
  private static Map<String, String> whole;

  @TempDir private Path own;
  private Path out;

  @BeforeAll
  static void runsUndisturbed() throws Exception {
    photos = TestImages.labelled(folder.resolve("photos"), 24);
    var out = folder.resolve("whole/out");
    Files.createDirectories(out.getParent());
    var process =
        MaeProcess.start(
            folder.resolve("log.txt"),
            "pretrain",
            "--data=" + photos,
            "--recipe=tiny-64",
            "--set",
            SMALL,
            "--threads=1",
            "--checkpoint-every=4",
            "--out=" + out);
    assertThat(process.status()).as(process.output()).isZero();
    whole = FinishedFiles.of(out);
  }

  @BeforeEach
  void isStopped() throws Exception {
    out = own.resolve("out");
    try (var run = open(new RunRequest.Start.New(), Instant.now())) {
      assertThat(run.run().train()).isEqualTo(Trainer.Outcome.STOPPED);
      run.folder().write(run.run().record().build());
    }
    assertThat(new RunFolder(out).latest().orElseThrow().state().getStep()).isEqualTo(STOP);
  }

  private FolderRun open(RunRequest.Start start, Instant now) throws IOException {
    var steps = new int[1];
    var request =
        new RunRequest(
            Protocol.PRETRAIN,
            "",
            new RunFolder(out),
            start,
            new RecipeChoice(
                start.goesOn() ? Optional.empty() : Optional.of("tiny-64"),
                start.goesOn() ? List.of() : List.of(SMALL),
                Optional.empty()),
            start.goesOn() ? Optional.empty() : Optional.of(photos.toString()),
            Optional.empty(),
            false,
            Optional.of(4),
            2,
            Optional.empty());
    return FolderRun.open(
        request,
        Machine.here(1),
        () -> now,
        List.of(),
        () -> !start.goesOn() && steps[0]++ >= STOP);
  }

  private void resume(String... more) throws Exception {
    var words = new ArrayList<>(List.of("pretrain", "--resume", "--out=" + out));
    words.addAll(List.of("--checkpoint-every=4"));
    words.addAll(List.of(more));
    var process = MaeProcess.start(own.resolve("log.txt"), words.toArray(String[]::new));
    assertThat(process.status()).as(process.output()).isZero();
    assertThat(process.output()).contains("step-%08d".formatted(STOP));
  }

  @Test
  void afterTheClockWasSetBack() throws Exception {
    // As if all that lies there came from the future.
    var future = FileTime.from(Instant.now().plus(Duration.ofDays(400)));
    try (var files = Files.walk(out)) {
      for (var file : files.toList()) {
        Files.setLastModifiedTime(file, future);
      }
    }
    try (var run =
        open(new RunRequest.Start.Resuming(false), Instant.parse("1999-12-31T23:59:59Z"))) {
      assertThat(run.run().step()).isEqualTo(STOP);
      assertThat(run.run().train()).isEqualTo(Trainer.Outcome.FINISHED);
      RunReport.write(run, Protocol.PRETRAIN, Machine.here(1));
      assertThat(run.run().record().getSeconds()).isPositive();
    }
    assertThat(weights(FinishedFiles.of(out))).isEqualTo(weights(whole));
  }

  /** With the last bits of another number of threads, and images that lie elsewhere. */
  @Test
  void asACopyWithOtherThreadsOnImagesThatLieElsewhere() throws Exception {
    var images = own.resolve("elsewhere");
    copy(photos, images);
    var copied = own.resolve("copied");
    copy(out, copied);
    out = copied;
    resume("--threads=2", "--data=" + images);
    var curve = new RunFolder(out).record().getCurveList();
    var expected = new RunFolder(folder.resolve("whole/out")).record().getCurveList();
    assertThat(curve).hasSameSizeAs(expected);
    for (int i = 0; i < curve.size(); i++) {
      assertThat(curve.get(i).getLoss()).isCloseTo(expected.get(i).getLoss(), within());
    }
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.api.Assertions.within(1e-3);
  }

  /** Which had neither format nor checksum, steps in records, nor digests of frozen parameters. */
  @Test
  void fromTheFilesOfAnEarlierVersion() throws Exception {
    var state = new RunFolder(out).latest().orElseThrow().folder().resolve("state.json");
    without(state, "format", "checksum", "frozen");
    without(out.resolve("record.json"), "format", "checksum", "steps", "total_steps");
    resume("--threads=1");
    assertThat(weights(FinishedFiles.of(out))).isEqualTo(weights(whole));
  }

  private static void without(Path file, String... fields) throws IOException {
    JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    for (var field : fields) {
      json.remove(field);
    }
    Files.writeString(file, new GsonBuilder().setPrettyPrinting().create().toJson(json));
  }

  private static Map<String, String> weights(Map<String, String> files) {
    var weights = new java.util.TreeMap<>(files);
    weights.keySet().removeIf(name -> !name.endsWith(".safetensors") && !name.equals("log.jsonl"));
    assertThat(weights).isNotEmpty();
    return weights;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(from.relativize(file).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
