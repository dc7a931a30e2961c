package org.maejava.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * Checks a gradient against the function's own differences, along directions.
 *
 * <p>The slope along a direction is taken by the fourth-order stencil {@code (8·(f(h) − f(−h)) −
 * (f(2h) − f(−2h))) / 12h}. A direction has ±1 in every place, or less where that would make it
 * longer than 4: with h = 1/128 a step then stays below 1/16, and the truncation error, h⁴ times a
 * fifth derivative, below the noise of float32. A function of size F is known to about F·2⁻²³,
 * which the stencil turns into 1.5·F·2⁻²³·128 ≈ 2.3·10⁻⁵·F. The bound allows four times that for
 * the rounding inside the function, and 2·10⁻⁴ of the slope that the gradient would have along a
 * random direction.
 */
public final class FiniteDifferences {

  private static final double H = 1.0 / 128;
  private static final int DIRECTIONS = 2;
  private static final double LONGEST = 4;
  private static final double NOISE = 1e-4;
  private static final double RELATIVE = 2e-4;

  private FiniteDifferences() {}

  /**
   * Fails unless the gradient's slope is the function's along random directions.
   *
   * @param what for the message
   * @param at where the gradient was taken
   * @param gradient of {@code function} there
   * @param function of values as long as {@code at}
   */
  public static void check(
      String what,
      float[] at,
      float[] gradient,
      ToDoubleFunction<float[]> function,
      RandomGenerator random) {
    double side = Math.min(1, LONGEST / Math.sqrt(at.length));
    var expected = new double[DIRECTIONS];
    var slopes = new double[DIRECTIONS];
    for (int i = 0; i < DIRECTIONS; i++) {
      var direction = new float[at.length];
      for (int j = 0; j < direction.length; j++) {
        direction[j] = (float) (random.nextBoolean() ? side : -side);
        expected[i] += (double) gradient[j] * direction[j];
      }
      double near = difference(at, direction, H, function);
      double far = difference(at, direction, 2 * H, function);
      slopes[i] = (8 * near - far) / (12 * H);
    }
    double norm = 0;
    for (float g : gradient) {
      norm += (double) g * g;
    }
    // Evaluated last, which also puts the function back to where it was.
    double size = Math.abs(function.applyAsDouble(at));
    double bound = NOISE * Math.max(1, size) + RELATIVE * side * Math.sqrt(norm);
    assertThat(side * Math.sqrt(norm))
        .as("slope of %s, that it can be seen", what)
        .isGreaterThan(10 * bound);
    assertThat(slopes).as("slopes of %s", what).containsExactly(expected, within(bound));
  }

  private static double difference(
      float[] at, float[] direction, double h, ToDoubleFunction<float[]> function) {
    return function.applyAsDouble(moved(at, direction, h))
        - function.applyAsDouble(moved(at, direction, -h));
  }

  private static float[] moved(float[] at, float[] direction, double h) {
    var moved = new float[at.length];
    for (int i = 0; i < at.length; i++) {
      moved[i] = (float) (at[i] + h * direction[i]);
    }
    return moved;
  }
}
