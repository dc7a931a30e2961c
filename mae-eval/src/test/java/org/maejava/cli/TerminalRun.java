package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * {@code mae} as a process of its own on a pseudo-terminal, which {@code script} of util-linux
 * makes; keys are typed as a person would.
 */
final class TerminalRun implements AutoCloseable {

  private static final char CTRL_C = 3;
  private static final int PATIENCE_MINUTES = 4;

  private final Process process;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final Thread reader;

  private TerminalRun(Process process) {
    this.process = process;
    reader = new Thread(this::read, "terminal");
    reader.start();
  }

  /** Starts a command; the test is skipped where there is no {@code script}. */
  static TerminalRun start(String... args) throws IOException {
    return start(80, args);
  }

  /** As {@link #start(String...)}, on a terminal with so many characters in a line. */
  static TerminalRun start(int columns, String... args) throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/script")),
        "skipped: no /usr/bin/script to make a pseudo-terminal with");
    var java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "org.maejava.cli.Main");
    var command = new ArrayList<>(java);
    command.addAll(Arrays.asList(args));
    var line =
        command.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    // What a shell puts into the background ignores Ctrl-C, and so would everything that it starts.
    return new TerminalRun(
        new ProcessBuilder(
                "/usr/bin/env",
                "--default-signal=INT",
                "/usr/bin/script",
                "-qfec",
                "stty cols %d; exec %s".formatted(columns, line),
                "/dev/null")
            .redirectErrorStream(true)
            .start());
  }

  private void read() {
    try (var in = process.getInputStream()) {
      in.transferTo(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything on the screen so far. */
  String output() {
    return output.toString(UTF_8);
  }

  /** Waits until something can be seen. */
  TerminalRun await(BooleanSupplier seen) throws InterruptedException {
    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
    while (!seen.getAsBoolean()) {
      assertThat(process.isAlive() && System.nanoTime() < patience)
          .as("still waiting for it to be seen in: %s", output())
          .isTrue();
      Thread.sleep(20);
    }
    return this;
  }

  /** Waits until the screen shows a text. */
  TerminalRun await(String text) throws InterruptedException {
    return await(() -> output().contains(text));
  }

  /** Waits until the command has begun to compute, or is about to: TensorFlow is in its memory. */
  TerminalRun awaitTensorFlow() throws InterruptedException {
    return await(() -> process.descendants().anyMatch(TerminalRun::hasTensorFlow));
  }

  private static boolean hasTensorFlow(ProcessHandle process) {
    try (var maps = Files.lines(Path.of("/proc/" + process.pid(), "maps"))) {
      return maps.anyMatch(line -> line.contains("libtensorflow_cc"));
    } catch (IOException | UncheckedIOException e) {
      return false; // it has ended
    }
  }

  /** Types Ctrl-C. */
  TerminalRun interrupt() throws IOException {
    process.getOutputStream().write(CTRL_C);
    process.getOutputStream().flush();
    return this;
  }

  /** The exit status, once it has ended. */
  int status() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES))
        .as("ends: %s", output())
        .isTrue();
    reader.join();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
