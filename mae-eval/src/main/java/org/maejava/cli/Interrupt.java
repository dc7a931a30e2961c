package org.maejava.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C (or SIGTERM) as a request: the JVM waits in its shutdown until the run has written its
 * checkpoint and said how to go on.
 */
final class Interrupt implements BooleanSupplier, AutoCloseable {

  private static final long PATIENCE_MINUTES = 10;
  private static volatile boolean shuttingDown;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::await, "stop at the next step");
  private volatile boolean asked;

  Interrupt() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void await() {
    shuttingDown = true;
    asked = true;
    try {
      if (!done.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        System.err.println("mae: gave up waiting for the checkpoint");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
