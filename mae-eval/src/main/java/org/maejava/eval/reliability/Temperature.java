package org.maejava.eval.reliability;

import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/**
 * Temperature scaling (Guo et al., 2017, section 4.2): all logits are divided by one number, which
 * changes confidences and no answer.
 */
public final class Temperature {

  /** Temperatures are looked for down to here, and up to one over it. */
  public static final double SMALLEST = 0.01;

  private static final double RELATIVE = 1e-10;
  private static final double ABSOLUTE = 1e-10;
  private static final int EVALUATIONS = 1000;

  private Temperature() {}

  /**
   * The temperature with the lowest cross-entropy, which has one minimum.
   *
   * @param logits {@code [N][classes]}, of images that the classifier did not learn from
   * @param labels {@code [N]}
   * @throws IllegalArgumentException if there are none
   */
  public static double fit(float[][] logits, int[] labels) {
    if (labels.length == 0) {
      throw new IllegalArgumentException("there are no labels to fit a temperature on");
    }
    var found =
        new BrentOptimizer(RELATIVE, ABSOLUTE)
            .optimize(
                new MaxEval(EVALUATIONS),
                GoalType.MINIMIZE,
                new UnivariateObjectiveFunction(log -> loss(logits, labels, Math.exp(log))),
                new SearchInterval(Math.log(SMALLEST), -Math.log(SMALLEST), 0));
    return Math.exp(found.getPoint());
  }

  /** Mean cross-entropy in nats, of logits over a temperature. */
  static double loss(float[][] logits, int[] labels, double temperature) {
    double loss = 0;
    for (int i = 0; i < labels.length; i++) {
      double highest = Double.NEGATIVE_INFINITY;
      for (float logit : logits[i]) {
        highest = Math.max(highest, logit);
      }
      double sum = 0;
      for (float logit : logits[i]) {
        sum += Math.exp((logit - highest) / temperature);
      }
      loss += Math.log(sum) - (logits[i][labels[i]] - highest) / temperature;
    }
    return loss / labels.length;
  }
}
