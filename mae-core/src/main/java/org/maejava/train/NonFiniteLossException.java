package org.maejava.train;

/** Training produced a loss or gradient that is no number; the message names the way back. */
public final class NonFiniteLossException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public NonFiniteLossException(String message) {
    super(message);
  }
}
