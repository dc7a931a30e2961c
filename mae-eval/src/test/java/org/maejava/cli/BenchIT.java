package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.Streams;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("mae bench")
class BenchIT {

  @TempDir private Path folder;

  @Test
  void benchOfTrainingTellsSpeedAndWaiting() {
    var run = CommandRun.of("bench", "--steps", "3", "--warm-up", "1");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("3 steps of \\d+ x 1 images: median \\d+\\.\\d ms")
        .containsPattern("images/s; \\d+\\.\\d\\d % of the time waiting for data")
        .containsPattern("GFLOP/s, \\d+ % of the \\d+ GFLOP/s of plain float32 products");
  }

  @Test
  void benchOfTrainingTellsTheSameToAProgram() {
    var run = CommandRun.of("bench", "--steps", "3", "--warm-up", "1", "--json");
    assertThat(run.err()).isEmpty();
    var found = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(found.get("steps").getAsInt()).isEqualTo(3);
    double median = found.get("median_milliseconds").getAsDouble();
    assertThat(median)
        .isBetween(
            found.get("fastest_milliseconds").getAsDouble(),
            found.get("slowest_milliseconds").getAsDouble());
    assertThat(found.get("utilisation").getAsDouble())
        .isCloseTo(
            found.get("gigaflop_per_second").getAsDouble()
                / found.get("matrix_gigaflop_per_second").getAsDouble(),
            within(1e-9));
  }

  /** With two micro-batches a step is three calls into TensorFlow; all are in the trace. */
  @Test
  void tracesOneStepOperationByOperation() throws IOException {
    var file = folder.resolve("step.json");
    var run =
        CommandRun.of(
            "bench",
            "--steps",
            "2",
            "--warm-up",
            "1",
            "--set",
            "training { batch_size: 4 accumulation_steps: 2 }",
            "--trace",
            file.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("2 steps of 4 x 2 images");
    var events =
        JsonParser.parseString(Files.readString(file))
            .getAsJsonObject()
            .getAsJsonArray("traceEvents");
    double updates =
        Streams.stream(events)
            .filter(event -> kind(event).equals("ResourceApplyAdam"))
            .mapToDouble(event -> event.getAsJsonObject().get("dur").getAsDouble() / 1e3)
            .sum();
    assertThat(run.out())
        .containsPattern(
            "ResourceApplyAdam +\\d+ +"
                + String.format(Locale.ROOT, "%.1f", updates).replace(".", "\\.")
                + " ");
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.getAsJsonObject().get("ph").getAsString()).isEqualTo("X");
              assertThat(event.getAsJsonObject().get("ts").getAsDouble()).isNotNegative();
            });
    long additions =
        Streams.stream(events).filter(event -> kind(event).equals("AssignAddVariableOp")).count();
    long sums =
        Streams.stream(events).filter(event -> kind(event).equals("ResourceApplyAdam")).count();
    assertThat(additions).isEqualTo(2 * sums);
  }

  private static String kind(JsonElement event) {
    return event.getAsJsonObject().get("name").getAsString();
  }

  @Test
  void measuresFeaturesThroughAnExportedModelInEitherPrecision() {
    for (var precision : new String[] {"float32", "bfloat16"}) {
      var run =
          CommandRun.of(
              "bench",
              "--task",
              "embed",
              "--batch-size",
              "6",
              "--steps",
              "2",
              "--warm-up",
              "1",
              "--json",
              "--set",
              "training { %s }".formatted(precision.equals("bfloat16") ? "bfloat16 {}" : ""));
      assertThat(run.err()).isEmpty();
      var found = JsonParser.parseString(run.out()).getAsJsonObject();
      assertThat(found.get("precision").getAsString()).isEqualTo(precision);
      assertThat(found.get("batch_size").getAsInt()).isEqualTo(6);
      assertThat(found.get("images_per_second").getAsDouble()).isPositive();
      // The demo's network: 16 patches of 49 values, 4 blocks of width 96, MLP 4 times as wide.
      double forward = 2 * 16 * 49 * 96 + 4 * (2.0 * 17 * 12 * 96 * 96 + 4.0 * 17 * 17 * 96);
      assertThat(found.get("gigaflop_per_image").getAsDouble())
          .isCloseTo(forward / 1e9, within(1e-9));
    }
  }

  @Test
  void comparesNumbersOfWorkers() {
    var run =
        CommandRun.of(
            "bench",
            "--workers=1,2",
            "--threads=2",
            "--steps=2",
            "--warm-up=1",
            "--json",
            "--set",
            "training { bfloat16_gradients {} }");
    assertThat(run.status()).as(run.err()).isZero();
    var found =
        run.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(found).extracting(one -> one.get("workers").getAsInt()).containsExactly(1, 2);
    assertThat(found).extracting(one -> one.get("threads").getAsInt()).containsExactly(2, 1);
    assertThat(found.get(0).has("megabytes_sent")).isFalse();
    var two = found.get(1);
    assertThat(two.get("batch_size")).isEqualTo(found.get(0).get("batch_size"));
    assertThat(two.get("megabytes_sent").getAsDouble()).isPositive();
    assertThat(two.get("share_exchanging").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(two.get("share_overlapped").getAsDouble()).isBetween(0.0, 1.0);

    var refused = CommandRun.of("bench", "--workers=2,3", "--threads=2", "--trace=t.json");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .contains("--threads 2 cannot be shared out to 3; --trace is for one number of workers");
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    var none = CommandRun.of("bench", "--task", "embed", "--batch-size", "0");
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err()).contains("--batch-size 0 must be at least 1");
    var traced =
        CommandRun.of("bench", "--task", "embed", "--trace", folder.resolve("t.json").toString());
    assertThat(traced.status()).isEqualTo(2);
    assertThat(traced.err()).contains("--trace is for training steps");
    assertThat(folder).isEmptyDirectory();
  }
}
