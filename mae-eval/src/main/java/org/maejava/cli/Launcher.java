package org.maejava.cli;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.maejava.cluster.Cluster;

/** Several processes of one command on this machine, each with its {@code TF_CONFIG}. */
final class Launcher {

  private static final int GRACE_SECONDS = 15;

  /** Takes what workers say, from a thread for each of them. */
  @FunctionalInterface
  interface Hearer {
    void hear(int worker, String line);
  }

  private final Hearer hearer;
  private final PrintWriter err;
  private final Interrupt interrupt;

  /**
   * Nothing is started yet.
   *
   * @param err is told who failed
   * @param interrupt passed on to all
   */
  Launcher(Hearer hearer, PrintWriter err, Interrupt interrupt) {
    this.hearer = hearer;
    this.err = err;
    this.interrupt = interrupt;
  }

  /** A worker's process, and the thread that passes on what it says. */
  private record Started(Process process, Thread output) {

    /** To stop. The process's own method would close what it still has to say. */
    void ask() {
      process.toHandle().destroy();
    }
  }

  /**
   * Starts all and waits for them.
   *
   * @param workers how many
   * @param command {@code mae}'s words, without {@code --threads} for each one's share of the cores
   * @return the first exit status that is none of success; 0 if all succeed
   */
  int run(int workers, List<String> command) throws IOException, InterruptedException {
    var addresses = addresses(workers);
    var ended = new CountDownLatch(1);
    var started = new ArrayList<Started>();
    try {
      for (int i = 0; i < workers; i++) {
        started.add(start(command, addresses, i, ended));
      }
      return await(started, ended);
    } finally {
      // A signal that comes now has nobody left to stop.
      interrupt.finish();
      for (var worker : started) {
        worker.process().destroyForcibly();
        worker.output().join(TimeUnit.SECONDS.toMillis(GRACE_SECONDS));
      }
    }
  }

  /** Free ports of this machine. */
  private static List<String> addresses(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(socket -> "localhost:" + socket.getLocalPort()).toList();
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  private Started start(
      List<String> command, List<String> addresses, int index, CountDownLatch ended)
      throws IOException {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(command);
    if (command.stream().noneMatch(word -> word.matches("--threads(=.*)?"))) {
      int cores = Runtime.getRuntime().availableProcessors();
      words.add("--threads=" + Math.max(1, cores / addresses.size()));
    }
    var builder = new ProcessBuilder(words);
    builder
        .environment()
        .put(
            Cluster.VARIABLE,
            new Gson()
                .toJson(
                    Map.of(
                        "cluster", Map.of("worker", addresses),
                        "task", Map.of("type", "worker", "index", index))));
    var process = builder.redirectErrorStream(true).start();
    var output = new Thread(() -> attend(process, index, ended), "output of worker " + index);
    output.setDaemon(true);
    output.start();
    return new Started(process, output);
  }

  /** Passes on what it says, and tells if it fails. */
  private void attend(Process process, int index, CountDownLatch ended) {
    passOn(process, index);
    if (process.onExit().join().exitValue() != 0) {
      ended.countDown();
    }
  }

  private void passOn(Process process, int index) {
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(line -> hearer.hear(index, line));
    } catch (IOException | UncheckedIOException e) {
      // It was ended, which is said elsewhere.
      err.flush();
    }
  }

  private int await(List<Started> started, CountDownLatch ended) throws InterruptedException {
    boolean passedOn = false;
    while (started.stream().anyMatch(worker -> worker.process().isAlive())) {
      if (interrupt.getAsBoolean() && !passedOn) {
        passedOn = true;
        started.forEach(Started::ask);
      }
      if (ended.await(100, TimeUnit.MILLISECONDS) && !passedOn) {
        return failed(started);
      }
      if (passedOn) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    return started.stream()
        .mapToInt(worker -> worker.process().exitValue())
        .filter(status -> status != 0)
        .findFirst()
        .orElse(0);
  }

  /**
   * Says who failed. The others have some seconds to notice, to write what they have and to say so,
   * then as many to obey, before they are killed.
   */
  private int failed(List<Started> started) throws InterruptedException {
    int first =
        IntStream.range(0, started.size())
            .filter(i -> !started.get(i).process().isAlive())
            .filter(i -> started.get(i).process().exitValue() != 0)
            .findFirst()
            .orElseThrow();
    int status = started.get(first).process().exitValue();
    err.printf("mae: worker %d ended with status %d; the others are to end, too%n", first, status);
    err.flush();
    awaitAll(started);
    started.forEach(Started::ask);
    awaitAll(started);
    return status;
  }

  private static void awaitAll(List<Started> started) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
    for (var worker : started) {
      worker.process().waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }
}
