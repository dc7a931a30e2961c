package org.maejava.train;

import java.util.OptionalInt;

/** Training produced a loss or gradient that is no number; the message names the way back. */
public final class NonFiniteLossException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int goodStep;

  NonFiniteLossException(String message, int goodStep) {
    super(message);
    this.goodStep = goodStep;
  }

  /** Updates done at the last good checkpoint, if there is one. */
  public OptionalInt goodStep() {
    return goodStep < 0 ? OptionalInt.empty() : OptionalInt.of(goodStep);
  }
}
