package org.maejava.eval.probe;

import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.maejava.eval.machine.Machine;

/**
 * Logistic regression on frozen features: what a linear probe comes to when it is trained to its
 * end, without augmentation.
 *
 * @param penalty of the squared weights, see {@link LogisticRegression}
 */
public record LogisticProbe(double penalty) implements FeatureClassifier {

  /** What is tried where nothing else is said. */
  public static final List<Double> DEFAULT_PENALTIES = List.of(1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0);

  /** Checks the number. */
  public LogisticProbe {
    if (!(penalty >= 0 && penalty < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a penalty of %s for logistic regression; it must be at least 0".formatted(penalty));
    }
  }

  @Override
  public String name() {
    return "penalty "
        + String.format(Locale.ROOT, "%.3g", penalty).replaceFirst("\\.?0+(e|$)", "$1");
  }

  @Override
  public long parameters(int width, int classes) {
    return (long) (width + 1) * classes;
  }

  @Override
  public float[][] logits(
      Features known, float[][] asked, int classes, Machine machine, BooleanSupplier stop) {
    var targets = new float[known.size()][classes];
    for (int i = 0; i < targets.length; i++) {
      targets[i][known.labels()[i]] = 1;
    }
    return LogisticRegression.fit(known.rows(), targets, penalty, machine, stop).logits(asked);
  }
}
