package org.maejava.data.flow;

import org.maejava.data.source.DataException;

/** What went wrong on one thread, thrown on another. */
final class Failures {

  private Failures() {}

  /** The exception to throw here for one that was thrown there. */
  static RuntimeException carriedOver(Throwable cause) {
    if (cause instanceof DataException) {
      return new DataException(String.valueOf(cause.getMessage()), cause);
    }
    return new Carried(cause instanceof Carried carried ? carried.original : cause);
  }

  /** Keeps the interrupt for whoever asked for it. */
  static RuntimeException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while waiting for data", cause);
  }

  /** Told apart so that a failure crossing two threads is not wrapped twice. */
  private static final class Carried extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final Throwable original;

    Carried(Throwable original) {
      super("a data thread failed: " + original, original);
      this.original = original;
    }
  }
}
