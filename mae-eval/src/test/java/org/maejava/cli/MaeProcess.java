package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.maejava.eval.run.RunFolder;

/** {@code mae} as a process of its own, which can be killed at any moment. */
final class MaeProcess {

  private static final int PATIENCE_MINUTES = 4;

  private final Process process;
  private final Path log;

  private MaeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a command.
   *
   * @param log takes everything it says
   */
  static MaeProcess start(Path log, String... args) throws IOException {
    return start(log, List.of(), List.of(), List.of(args), Map.of());
  }

  /**
   * Starts a command.
   *
   * @param log takes everything it says
   * @param under a program and its arguments that starts Java, or none
   * @param java options of Java's
   */
  static MaeProcess start(Path log, List<String> under, List<String> java, List<String> args)
      throws IOException {
    return start(log, under, java, args, Map.of());
  }

  /**
   * Starts a command.
   *
   * @param environment beside this process's own
   */
  static MaeProcess start(
      Path log,
      List<String> under,
      List<String> java,
      List<String> args,
      Map<String, String> environment)
      throws IOException {
    var command = new ArrayList<>(under);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.maejava.cli.Main"));
    command.addAll(args);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "1");
    builder.environment().putAll(environment);
    return new MaeProcess(
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start(), log);
  }

  /** Waits for something, but no longer than the process runs. */
  void await(BooleanSupplier seen) throws InterruptedException {
    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
    while (process.isAlive() && !seen.getAsBoolean()) {
      assertThat(System.nanoTime()).as("patience with %s", this).isLessThan(patience);
      Thread.sleep(2);
    }
  }

  /** Whether it ends by itself within this time. */
  boolean endsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL: nothing that it could do about it. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** The processes that it started. */
  Stream<ProcessHandle> children() {
    return process.children();
  }

  /** SIGKILL to it and to everything that it started. */
  void killAll() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** The step of a run's newest whole checkpoint; 0 if there is none. */
  static int latestStep(Path run) {
    try {
      return new RunFolder(run).latest().map(c -> c.state().getStep()).orElse(0);
    } catch (IOException e) {
      return 0; // a checkpoint that was being replaced
    }
  }

  /** The exit status, once it has ended. */
  int status() throws InterruptedException {
    if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
      kill();
      throw new AssertionError("it does not end: " + output());
    }
    return process.exitValue();
  }

  /** Everything it said, and what was in the log before. */
  String output() {
    try {
      return Files.readString(log, UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public String toString() {
    return process.info().commandLine().orElse("a process") + ": " + output();
  }
}
