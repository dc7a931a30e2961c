package org.maejava.weights;

/**
 * Weights do not fit the graph; the message lists every missing, unexpected and differently shaped
 * name.
 */
public final class WeightMismatchException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  WeightMismatchException(String message) {
    super(message);
  }
}
