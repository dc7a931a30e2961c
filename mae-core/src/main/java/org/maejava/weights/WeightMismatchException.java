package org.maejava.weights;

/**
 * Weights do not fit the graph. The message says how large both are, and sums up what is missing,
 * unexpected and differently shaped, a line each; {@link #whole} lists every name.
 */
public final class WeightMismatchException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final String whole;

  WeightMismatchException(String source, KeyDiff difference) {
    super(message(source, difference));
    whole = String.join("\n", difference.whole());
  }

  private static String message(String source, KeyDiff difference) {
    var sizes = difference.sizes().isEmpty() ? "" : ": " + difference.sizes();
    return source
        + " does not fit the model"
        + sizes
        + "\n  "
        + String.join("\n  ", difference.summary());
  }

  /** A line for each kind of difference, with every name. */
  public String whole() {
    return whole;
  }
}
