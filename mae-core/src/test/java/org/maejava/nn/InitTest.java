package org.maejava.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.random.Draws;

@DisplayName("Initial values")
class InitTest {

  /** A correct generator fails a check of five standard errors once in 1.7 million draws. */
  private static final double STANDARD_ERRORS = 5;

  @ParameterizedTest
  @CsvSource({"256, 512, 1, 1", "64, 3, 8, 16", "192, 64, 1, 1"})
  void xavierIsUniformWithinItsBoundOverAllInputsOfAnOutput(int out, int channels, int h, int w) {
    var values = draw(Init.xavierUniform(), out, channels, h, w);
    double bound = Math.sqrt(6.0 / (out + channels * h * w));
    double largest = largest(values);
    assertThat(largest).isLessThanOrEqualTo((float) bound);
    // The largest of n is below bound · (1 − ε) with probability (1 − ε)ⁿ: e⁻¹⁵ here.
    assertThat(largest).isGreaterThan(bound * (1 - 15.0 / values.length));
    checkMoments(values, bound * bound / 3, Math.pow(bound, 4) / 5);
  }

  @Test
  void normalHasItsVariance() {
    double variance = 0.02 * 0.02;
    checkMoments(draw(Init.normal(0.02), 400, 500), variance, 3 * variance * variance);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 1, 2})
  void truncatedNormalIsCutAtTwoWhateverItsDeviation(double std) {
    var values = draw(Init.truncatedNormal(std), 400, 500);
    assertThat(largest(values)).isLessThanOrEqualTo(2);
    double reach = Math.min(2, 10 * std);
    DoubleUnaryOperator density = x -> Math.exp(-x * x / (2 * std * std));
    double mass = integral(density, reach);
    checkMoments(
        values,
        integral(x -> Math.pow(x, 2) * density.applyAsDouble(x), reach) / mass,
        integral(x -> Math.pow(x, 4) * density.applyAsDouble(x), reach) / mass);
  }

  @Test
  void theSameGeneratorGivesTheSameValues() {
    assertThat(draw(Init.xavierUniform(), 4, 5)).containsExactly(draw(Init.xavierUniform(), 4, 5));
  }

  @Test
  void aTableOfTheWrongSizeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> draw(Init.table(new float[3]), 2, 2))
        .withMessage("a table of 3 values for shape [2, 2]");
  }

  private static float[] draw(Init init, int... shape) {
    return init.values(shape, new Draws(11).at("init"));
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float v : values) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }

  /** Mean 0 and the given second moment, each within standard errors known from the next moment. */
  private static void checkMoments(float[] values, double variance, double fourthMoment) {
    double sum = 0;
    double squares = 0;
    for (float v : values) {
      sum += v;
      squares += (double) v * v;
    }
    double n = values.length;
    assertThat(Math.abs(sum / n)).isLessThan(STANDARD_ERRORS * Math.sqrt(variance / n));
    assertThat(Math.abs(squares / n - variance))
        .isLessThan(STANDARD_ERRORS * Math.sqrt((fourthMoment - variance * variance) / n));
  }

  /** Simpson's rule over [−reach, reach]. */
  private static double integral(DoubleUnaryOperator f, double reach) {
    int steps = 2000;
    double width = 2 * reach / steps;
    double sum = f.applyAsDouble(-reach) + f.applyAsDouble(reach);
    for (int i = 1; i < steps; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * f.applyAsDouble(-reach + i * width);
    }
    return sum * width / 3;
  }
}
