package org.maejava.eval.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("L-BFGS")
class LbfgsTest {

  private static final Lbfgs LBFGS = new Lbfgs(10, 1e-8, 500);

  @Test
  void findsTheBottomOfABadlyScaledBowl() {
    var minimum =
        LBFGS.minimise(
            x -> {
              double value = 0;
              var gradient = new double[x.length];
              for (int i = 0; i < x.length; i++) {
                double scale = Math.pow(10, i);
                value += scale * (x[i] - i) * (x[i] - i) / 2;
                gradient[i] = scale * (x[i] - i);
              }
              return new Lbfgs.Look(value, gradient);
            },
            new double[6]);
    assertThat(minimum.point()).containsExactly(new double[] {0, 1, 2, 3, 4, 5}, within(1e-7));
    assertThat(minimum.gradient()).isLessThanOrEqualTo(1e-8);
  }

  /** Not convex, with a curved valley (Rosenbrock, 1960). */
  @Test
  void followsRosenbrocksValleyToItsEnd() {
    var minimum =
        LBFGS.minimise(
            x -> {
              double a = 1 - x[0];
              double b = x[1] - x[0] * x[0];
              return new Lbfgs.Look(
                  a * a + 100 * b * b, new double[] {-2 * a - 400 * x[0] * b, 200 * b});
            },
            new double[] {-1.2, 1});
    assertThat(minimum.point()).containsExactly(new double[] {1, 1}, within(1e-6));
    assertThat(minimum.iterations()).isLessThan(100);
  }

  @Test
  void staysWhereThereIsNothingToGain() {
    var minimum = LBFGS.minimise(x -> new Lbfgs.Look(7, new double[x.length]), new double[] {3, 4});
    assertThat(minimum.point()).containsExactly(3, 4);
    assertThat(minimum.iterations()).isZero();
  }

  @Test
  void leavesOffAtTheGivenNumberOfIterations() {
    var minimum =
        new Lbfgs(10, 0, 7)
            .minimise(x -> new Lbfgs.Look(-x[0], new double[] {-1}), new double[] {0});
    assertThat(minimum.iterations()).isEqualTo(7);
    assertThat(minimum.value()).isNegative();
  }
}
