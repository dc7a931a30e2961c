package org.maejava.weights;

/**
 * Weights do not fit the graph. The message sums up what is missing, unexpected and differently
 * shaped; {@link #whole} lists every name.
 */
public final class WeightMismatchException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final String whole;

  WeightMismatchException(String source, KeyDiff difference) {
    super(source + " does not fit the model: " + String.join("; ", difference.summary()));
    whole = String.join("\n", difference.whole());
  }

  /** A line for each kind of difference, with every name. */
  public String whole() {
    return whole;
  }
}
