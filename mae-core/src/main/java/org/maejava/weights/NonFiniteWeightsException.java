package org.maejava.weights;

/** Weights hold a value that is infinite or not a number. */
public final class NonFiniteWeightsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  NonFiniteWeightsException(String source, String tensor, float value, int index, long of) {
    super(
        "%s cannot be used: value %,d of the %,d of %s is %s; they are damaged, or of a training that diverged"
            .formatted(source, index + 1, of, tensor, value));
  }
}
