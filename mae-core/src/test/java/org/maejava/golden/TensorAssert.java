package org.maejava.golden;

import org.assertj.core.api.AbstractAssert;
import org.tensorflow.Tensor;

/** Assertions on float values whose failure tells the worst place. */
public final class TensorAssert extends AbstractAssert<TensorAssert, float[]> {

  private TensorAssert(float[] actual) {
    super(actual, TensorAssert.class);
  }

  public static TensorAssert assertThatValues(float[] actual) {
    return new TensorAssert(actual);
  }

  public static TensorAssert assertThatValues(Tensor actual) {
    return new TensorAssert(floats(actual));
  }

  /** A float tensor's values. */
  public static float[] floats(Tensor tensor) {
    var values = new float[Math.toIntExact(tensor.shape().size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }

  /**
   * Every value within {@code relative} of the expected one; near zero within {@code absolute}. The
   * unit of the relative bound is the larger of the value and the tensor's root mean square, since
   * sums that cancel have no relative accuracy of their own.
   */
  public TensorAssert isCloseTo(float[] expected, double relative, double absolute) {
    isNotNull();
    if (actual.length != expected.length) {
      failWithMessage("%s values instead of %s", actual.length, expected.length);
    }
    double squares = 0;
    for (float value : expected) {
      squares += (double) value * value;
    }
    double scale = Math.sqrt(squares / Math.max(1, expected.length));
    int worst = -1;
    double worstExcess = 0;
    for (int i = 0; i < expected.length; i++) {
      double bound = absolute + relative * Math.max(scale, Math.abs(expected[i]));
      double difference = Math.abs((double) actual[i] - expected[i]);
      // Negated, so that a NaN fails.
      if (!(difference <= bound) && !(difference / bound <= worstExcess)) {
        worst = i;
        worstExcess = difference / bound;
      }
    }
    if (worst >= 0) {
      failWithMessage(
          "worst of %s values at index %s: %s instead of %s, %.2f times the bound"
              + " (relative %s, absolute %s, rms %s)",
          expected.length,
          worst,
          actual[worst],
          expected[worst],
          worstExcess,
          relative,
          absolute,
          scale);
    }
    return this;
  }

  /**
   * All but one in a thousand values within {@code absolute} of the expected ones, and those within
   * {@code atMost}: for parameters after steps that divide a gradient by its size, where rounding
   * of a gradient that is nearly zero, which differs from processor to processor, shows as part of
   * the rate.
   */
  public TensorAssert isCloseToButForFew(float[] expected, double absolute, double atMost) {
    isCloseTo(expected, 0, atMost);
    int beyond = 0;
    for (int i = 0; i < expected.length; i++) {
      if (Math.abs((double) actual[i] - expected[i]) > absolute) {
        beyond++;
      }
    }
    if (beyond > Math.max(1, expected.length / 1000)) {
      failWithMessage("%s of %s values differ by more than %s", beyond, expected.length, absolute);
    }
    return this;
  }
}
