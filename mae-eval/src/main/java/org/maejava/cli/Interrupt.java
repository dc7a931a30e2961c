package org.maejava.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.maejava.storage.Unfinished;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Ctrl-C (or SIGTERM) while a command runs. Where nothing is to be kept, the command ends at once
 * and says so. Where something is, it is a request: the JVM waits in its shutdown until the command
 * has written it and said how to go on. Where everything is done, it is ignored.
 */
final class Interrupt implements BooleanSupplier, AutoCloseable {

  private static final long PATIENCE_MINUTES = 10;
  private static volatile boolean shuttingDown;

  private final PrintWriter err;
  private final Typed typed;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop at the next step");
  private final long before = Unfinished.finished();
  private final List<Runnable> ignored = new ArrayList<>();
  private volatile boolean keeping;
  private volatile boolean finished;
  private volatile boolean asked;

  /** Listens until it is closed. */
  Interrupt(PrintWriter err, Typed typed) {
    this.err = err;
    this.typed = typed;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The one that listens while a command runs. */
  static Interrupt of(CommandSpec spec) {
    return ((Main) spec.root().userObject()).interrupt();
  }

  /** From now on what was done is kept: the command asks whether it is to stop, and closes. */
  void keep() {
    keeping = true;
  }

  /**
   * From now on everything that was asked for is done, and only left to be told: signals are
   * ignored until this is closed, in a moment, so that the exit status is that of what was done.
   */
  void finish() {
    finished = true;
    LibC.load().ifPresent(libc -> LibC.ENDING.forEach(signal -> ignore(libc, signal)));
  }

  private void ignore(LibC libc, int signal) {
    var handler = libc.signal(signal, LibC.IGNORE);
    ignored.add(() -> libc.signal(signal, handler));
  }

  private void stop() {
    shuttingDown = true;
    asked = true;
    try {
      if (finished) {
        done.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
        return;
      }
      if (!keeping) {
        Unfinished.giveUp();
        say(
            (Unfinished.finished() == before
                    ? "stopped; nothing was written. Again with: "
                    : "stopped; what was written is whole, the rest again with: ")
                + typed);
        return;
      }
      say("stopping at the next step; what was done is kept");
      if (!done.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        say("gave up waiting for the checkpoint");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** On a line of its own: a progress bar may be on this one. */
  private void say(String sentence) {
    TensorFlowStart.giveBackStandardError();
    err.printf("%nmae: %s%n", sentence);
    err.flush();
  }

  /** Whether the command was cut off: what it says of that is of no use. */
  boolean hasCutOff() {
    return asked && !keeping && !finished;
  }

  /** Whether the JVM is ending: nobody may call exit then. */
  static boolean isShuttingDown() {
    return shuttingDown;
  }

  @Override
  public boolean getAsBoolean() {
    return asked;
  }

  @Override
  public void close() {
    ignored.forEach(Runnable::run);
    done.countDown();
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The shutdown began a moment ago; the latch lets it pass.
        asked = true;
      }
    }
  }
}
