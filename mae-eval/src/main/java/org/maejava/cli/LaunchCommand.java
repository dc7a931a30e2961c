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
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.maejava.cluster.Cluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Several processes of one training on this machine. */
@Command(
    name = "launch",
    description = {
      "Train one model in several processes on this machine: the batch is shared out to them.",
      "",
      "Each is started with TF_CONFIG, as clusters start them on several machines, and with its share"
          + " of the cores as --threads; if one fails, all end."
    },
    footer = {"", "Example:", "  mae launch --workers 2 -- pretrain --data photos/ --out runs/two"})
final class LaunchCommand implements Callable<Integer> {

  private static final int GRACE_SECONDS = 15;

  @Spec private CommandSpec spec;

  @Option(
      names = "--workers",
      paramLabel = "N",
      required = true,
      description = "How many processes; the recipe's batch size must be a multiple.")
  private int workers;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "1..*",
      description = "A training command with its options, after --.")
  private List<String> command = List.of();

  /** A worker's process, and the thread that passes on what it says. */
  private record Started(Process process, Thread output) {

    /** To stop. The process's own method would close what it still has to say. */
    void ask() {
      process.toHandle().destroy();
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (workers < 1) {
      throw new UsageException("--workers " + workers + " must be at least 1");
    }
    var addresses = addresses(workers);
    var ended = new CountDownLatch(1);
    var interrupt = Interrupt.of(spec);
    var started = new ArrayList<Started>();
    interrupt.keep();
    try {
      for (int i = 0; i < workers; i++) {
        started.add(start(addresses, i, ended));
      }
      return await(started, ended, interrupt);
    } finally {
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

  private Started start(List<String> addresses, int index, CountDownLatch ended)
      throws IOException {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(command);
    if (command.stream().noneMatch(word -> word.matches("--threads(=.*)?"))) {
      int cores = Runtime.getRuntime().availableProcessors();
      words.add("--threads=" + Math.max(1, cores / workers));
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
    PrintWriter out = spec.commandLine().getOut();
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(line -> out.printf("[%d] %s%n", index, line));
    } catch (IOException | UncheckedIOException e) {
      // It was ended, which is said elsewhere.
      out.flush();
    }
  }

  /** The first exit status that is none of success; 0 if all succeed. */
  private int await(List<Started> started, CountDownLatch ended, Interrupt interrupt)
      throws InterruptedException {
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
    spec.commandLine()
        .getErr()
        .printf("mae: worker %d ended with status %d; the others are to end, too%n", first, status);
    spec.commandLine().getErr().flush();
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
