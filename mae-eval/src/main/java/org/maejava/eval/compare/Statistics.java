package org.maejava.eval.compare;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.TTest;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.run.Accuracy;
import org.maejava.proto.RunRecord;

/**
 * What may be concluded from accuracies: their spread over runs, and which differences are real.
 */
public final class Statistics {

  private static final double SIGNIFICANCE = 1 - Accuracy.CONFIDENCE;

  private Statistics() {}

  /**
   * The row of a comparison: mean accuracy over the runs and, for two or more, its sample standard
   * deviation.
   *
   * @throws IllegalArgumentException if there is no run, or one without an evaluation
   */
  public static ComparisonEntry entry(String protocol, int labels, List<RunRecord> runs) {
    checkArgument(!runs.isEmpty(), "%s with %s labels has no run", protocol, labels);
    checkArgument(
        runs.stream().allMatch(RunRecord::hasEvaluation),
        "%s with %s labels has a run without an evaluation",
        protocol,
        labels);
    double[] accuracies = accuracies(runs);
    var entry =
        ComparisonEntry.newBuilder()
            .setProtocol(protocol)
            .setLabels(labels)
            .addAllRuns(runs)
            .setMeanAccuracy(StatUtils.mean(accuracies));
    if (accuracies.length > 1) {
      entry.setAccuracyStd(Math.sqrt(StatUtils.variance(accuracies)));
    }
    return entry.build();
  }

  /**
   * Whether two accuracies differ by more than chance explains, at 95 %: the choice of evaluation
   * images (interval of the difference of two Wilson intervals, R. G. Newcombe, 1998, method 10)
   * and, where both have several runs, the choice of labels and seeds (Welch's t-test) as well.
   *
   * <p>The images are taken as if they were drawn separately for each protocol. They are the same,
   * so this errs towards "no".
   */
  public static boolean differ(ComparisonEntry a, ComparisonEntry b) {
    return differByImages(a, b) && differByRuns(a, b);
  }

  private static boolean differByImages(ComparisonEntry a, ComparisonEntry b) {
    var high = a.getMeanAccuracy() >= b.getMeanAccuracy() ? a : b;
    var low = high.equals(a) ? b : a;
    double downward = high.getMeanAccuracy() - bound(high, false);
    double upward = bound(low, true) - low.getMeanAccuracy();
    return high.getMeanAccuracy() - low.getMeanAccuracy() > Math.hypot(downward, upward);
  }

  private static boolean differByRuns(ComparisonEntry a, ComparisonEntry b) {
    if (a.getRunsCount() < 2 || b.getRunsCount() < 2) {
      return true;
    }
    double[] first = accuracies(a.getRunsList());
    double[] second = accuracies(b.getRunsList());
    if (StatUtils.variance(first) + StatUtils.variance(second) == 0) {
      return first[0] != second[0];
    }
    return new TTest().tTest(first, second) < SIGNIFICANCE;
  }

  /** One end of the Wilson interval of the mean accuracy, as if it came from one run. */
  private static double bound(ComparisonEntry entry, boolean upper) {
    checkArgument(
        entry.getRunsCount() > 0,
        "%s at %s labels has no run",
        entry.getProtocol(),
        entry.getLabels());
    int images = entry.getRuns(0).getEvaluation().getImages();
    int correct = (int) Math.round(entry.getMeanAccuracy() * images);
    var interval = new WilsonScoreInterval().createInterval(images, correct, Accuracy.CONFIDENCE);
    return upper ? interval.getUpperBound() : interval.getLowerBound();
  }

  private static double[] accuracies(List<RunRecord> runs) {
    return runs.stream().mapToDouble(run -> run.getEvaluation().getAccuracy()).toArray();
  }
}
