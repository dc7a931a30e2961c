package org.maejava.eval.compare;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;
import org.maejava.eval.proto.Interval;
import org.maejava.eval.run.Accuracy;
import org.maejava.random.Draws;

/**
 * Intervals of means over seeds and images, were both drawn again: the percentile bootstrap for
 * crossed random effects, seeds and images resampled independently of each other (A. B. Owen, "The
 * pigeonhole bootstrap", Annals of Applied Statistics 1, 2007).
 *
 * <p>Of n seeds n - 1 are drawn, with replacement, which makes the variance that they contribute
 * unbiased (J. N. K. Rao and C. F. J. Wu, 1988); with one seed the images alone are drawn. A
 * percentile interval cannot know how uncertain a deviation over three seeds is, so with few seeds
 * that differ much it is too short; {@link PairedTest} allows for that by its degrees of freedom.
 */
final class Bootstrap {

  /** Enough for percentiles of 2.5 and 97.5 (B. Efron and R. J. Tibshirani, 1993, chapter 13). */
  static final int RESAMPLES = 2000;

  private Bootstrap() {}

  /**
   * The 95 % interval of a table's mean.
   *
   * @param table {@code [seeds][images]}
   */
  static Interval of(double[][] table) {
    checkArgument(table.length > 0 && table[0].length > 0, "there is nothing to resample");
    int images = table[0].length;
    // The same draws for every table of a size, so that a report is the same whoever makes it.
    var random = new Draws(0).at("bootstrap", table.length, images);
    var means = new double[RESAMPLES];
    var sums = new double[images];
    for (int b = 0; b < RESAMPLES; b++) {
      int seeds = sumOfDrawnSeeds(table, random, sums);
      double sum = 0;
      for (int i = 0; i < images; i++) {
        sum += sums[random.nextInt(images)];
      }
      means[b] = sum / ((double) seeds * images);
    }
    Arrays.sort(means);
    return sure(table)
        .orElseGet(
            () ->
                interval(
                    percentile(means, (1 - Accuracy.CONFIDENCE) / 2),
                    percentile(means, (1 + Accuracy.CONFIDENCE) / 2)));
  }

  private static int sumOfDrawnSeeds(double[][] table, SplittableRandom random, double[] sums) {
    if (table.length == 1) {
      System.arraycopy(table[0], 0, sums, 0, sums.length);
      return 1;
    }
    Arrays.fill(sums, 0);
    for (int s = 1; s < table.length; s++) {
      var row = table[random.nextInt(table.length)];
      for (int i = 0; i < sums.length; i++) {
        sums[i] += row[i];
      }
    }
    return table.length - 1;
  }

  /** Where every answer is right, or every one wrong, resampling knows no doubt; Wilson does. */
  private static Optional<Interval> sure(double[][] table) {
    double first = table[0][0];
    boolean equal =
        Arrays.stream(table).allMatch(row -> Arrays.stream(row).allMatch(v -> v == first));
    if (!equal || (first != 0 && first != 1)) {
      return Optional.empty();
    }
    int images = table[0].length;
    var wilson =
        new WilsonScoreInterval()
            .createInterval(images, first == 1 ? images : 0, Accuracy.CONFIDENCE);
    return Optional.of(
        interval(Math.max(0, wilson.getLowerBound()), Math.min(1, wilson.getUpperBound())));
  }

  /** Of sorted values, between the two neighbours. */
  private static double percentile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    double rest = at - below;
    return rest == 0 ? sorted[below] : sorted[below] * (1 - rest) + sorted[below + 1] * rest;
  }

  private static Interval interval(double low, double high) {
    return Interval.newBuilder()
        .setLow(low)
        .setHigh(high)
        .setConfidence(Accuracy.CONFIDENCE)
        .build();
  }
}
