package org.maejava.data.flow;

import org.maejava.data.source.DataException;

/** Exceptions of one thread, thrown again on another. */
final class Failures {

  private Failures() {}

  /** The exception to throw here for one that was thrown there. */
  static RuntimeException carriedOver(Throwable cause) {
    if (cause instanceof DataException) {
      return new DataException(String.valueOf(cause.getMessage()), cause);
    }
    return new Carried(cause instanceof Carried carried ? carried.original : cause);
  }

  /** Restores the thread's interrupt flag, which the exception had cleared. */
  static RuntimeException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while waiting for data", cause);
  }

  /** Its own class, so that a failure that crosses two threads is wrapped once. */
  private static final class Carried extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final Throwable original;

    Carried(Throwable original) {
      super("a data thread failed: " + original, original);
      this.original = original;
    }
  }
}
