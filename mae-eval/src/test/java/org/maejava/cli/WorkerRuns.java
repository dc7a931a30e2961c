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
import org.maejava.cluster.Cluster;

/** Runs by one process, by a launcher, and by workers that are started one by one. */
final class WorkerRuns implements AutoCloseable {

  static final String MODEL =
      "model { encoder { width: 16 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }";

  /** 50 updates on 400 images. */
  static final List<String> PRETRAINING =
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

  private final Path folder;
  private final List<MaeProcess> processes = new ArrayList<>();

  WorkerRuns(Path folder) {
    this.folder = folder;
  }

  /** A process and where its run lies. */
  record Run(MaeProcess process, Path out) {}

  /** A command with more options, which replace those of the same name. */
  static List<String> with(List<String> command, List<String> more) {
    var all = new ArrayList<>(command);
    all.removeIf(word -> word.startsWith("--") && more.stream().anyMatch(m -> sameOption(word, m)));
    all.addAll(more);
    return all;
  }

  private static boolean sameOption(String word, String other) {
    return word.contains("=") && other.startsWith(word.substring(0, word.indexOf('=') + 1));
  }

  /** A run in this process, to its end. */
  static Path alone(List<String> command, Path out) {
    var run = CommandRun.of(with(command, List.of("--out=" + out)).toArray(String[]::new));
    assertThat(run.status()).as(run.err()).isZero();
    return out;
  }

  /** A run by several workers, to its end. */
  Run launched(int workers, List<String> command, Path out) throws Exception {
    var run = launch(workers, command, out);
    assertThat(run.process().status()).as(run.process().output()).isZero();
    return run;
  }

  /** A launcher; one worker is a process without. */
  Run launch(int workers, List<String> command, Path out) throws IOException {
    var words = new ArrayList<String>();
    if (workers > 1) {
      words.addAll(List.of("launch", "--workers=" + workers, "--"));
    }
    words.addAll(with(command, List.of("--out=" + out)));
    return start(words, out, List.of(), Map.of());
  }

  /**
   * One of several workers.
   *
   * @param ports of all of them, as this one sees them
   */
  Run worker(int[] ports, int index, List<String> command, Path out, String... java)
      throws IOException {
    var config =
        "{\"cluster\": {\"worker\": [\"localhost:%d\", \"localhost:%d\"]}, \"task\": {\"type\": \"worker\", \"index\": %d}}"
            .formatted(ports[0], ports[1], index);
    return worker(config, command, out, java);
  }

  Run worker(String config, List<String> command, Path out, String... java) throws IOException {
    var words = with(command, List.of("--out=" + out));
    return start(words, out, List.of(java), Map.of(Cluster.VARIABLE, config));
  }

  private Run start(
      List<String> words, Path out, List<String> java, Map<String, String> environment)
      throws IOException {
    var log = folder.resolve("process-" + processes.size() + ".txt");
    var process = MaeProcess.start(log, List.of(), java, words, environment);
    processes.add(process);
    return new Run(process, out);
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  static void requireSameCurve(Path run, Path other, int points) throws IOException {
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

  static List<JsonObject> curve(Path run) throws IOException {
    return Files.readAllLines(run.resolve("log.jsonl")).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(line -> line.has("gradient_norm"))
        .toList();
  }

  @Override
  public void close() {
    processes.forEach(MaeProcess::killAll);
  }
}
