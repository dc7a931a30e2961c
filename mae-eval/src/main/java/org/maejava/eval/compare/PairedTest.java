package org.maejava.eval.compare;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.AlternativeHypothesis;
import org.apache.commons.math3.stat.inference.BinomialTest;
import org.maejava.eval.proto.CrossedAnalysis;
import org.maejava.eval.proto.Difference;
import org.maejava.eval.proto.McNemar;

/**
 * Whether two rows of a comparison differ, judged by the same images with the same seeds.
 *
 * <p>One seed: McNemar's exact test on the images that only one of the two has right (T. G.
 * Dietterich, "Approximate statistical tests for comparing supervised classification learning
 * algorithms", Neural Computation 10, 1998, recommends it for algorithms that are run once). It
 * speaks of these two trained models.
 *
 * <p>Several seeds: the analysis of variance for several readers who all judge the same cases,
 * readers and cases both random (D. D. Dorfman, K. S. Berbaum and C. E. Metz, Investigative
 * Radiology 27, 1992, with the degrees of freedom of S. L. Hillis, Statistics in Medicine 26,
 * 2007); seeds are the readers, images the cases. It speaks of the two ways to train. Where images
 * add no uncertainty it is the paired t-test over seeds. Pooling the images of all seeds for
 * McNemar would take answers of one trained model for independent ones, and find differences that
 * the next seeds do not have.
 */
final class PairedTest {

  private PairedTest() {}

  /**
   * The test, two-sided, of no difference; interval and correction are left open.
   *
   * @param differences {@code [seeds][images]} of -1, 0 and 1
   */
  static Difference.Builder of(double[][] differences) {
    checkArgument(differences.length > 0, "the two have no seed in common");
    double mean = mean(differences);
    var result = Difference.newBuilder().setAccuracy(mean);
    return differences.length == 1
        ? mcNemar(differences[0], result)
        : crossed(differences, mean, result);
  }

  private static Difference.Builder mcNemar(double[] differences, Difference.Builder result) {
    int only = (int) Arrays.stream(differences).filter(d -> d > 0).count();
    int other = (int) Arrays.stream(differences).filter(d -> d < 0).count();
    double p =
        only + other == 0
            ? 1
            : new BinomialTest()
                .binomialTest(only + other, only, 0.5, AlternativeHypothesis.TWO_SIDED);
    return result
        .setPValue(Math.min(1, p))
        .setMcnemar(McNemar.newBuilder().setOnlyThis(only).setOnlyBaseline(other));
  }

  private static Difference.Builder crossed(
      double[][] table, double mean, Difference.Builder result) {
    int seeds = table.length;
    int images = table[0].length;
    var ofSeeds = Arrays.stream(table).mapToDouble(StatUtils::mean).toArray();
    var ofImages = new double[images];
    for (var row : table) {
      for (int i = 0; i < images; i++) {
        ofImages[i] += row[i] / seeds;
      }
    }
    double bySeeds = images * sumOfSquares(ofSeeds, mean) / (seeds - 1);
    double byImages = images == 1 ? 0 : seeds * sumOfSquares(ofImages, mean) / (images - 1);
    double rest = residual(table, ofSeeds, ofImages, mean);
    double ofChoice = Math.max(0, byImages - rest);
    double variance = (bySeeds + ofChoice) / ((double) seeds * images);
    if (variance == 0) {
      // Every seed has the same difference on every image.
      return mcNemar(table[0], result);
    }
    double t = mean / Math.sqrt(variance);
    double share = bySeeds / (bySeeds + ofChoice);
    // A million is the normal distribution: seeds that do not vary at all.
    double freedom = Math.min(1e6, (seeds - 1) / (share * share));
    double p = 2 * new TDistribution(null, freedom).cumulativeProbability(-Math.abs(t));
    return result
        .setPValue(p)
        .setCrossed(CrossedAnalysis.newBuilder().setT(t).setDegreesOfFreedom(freedom));
  }

  private static double residual(
      double[][] table, double[] ofSeeds, double[] ofImages, double mean) {
    double sum = 0;
    for (int s = 0; s < ofSeeds.length; s++) {
      for (int i = 0; i < ofImages.length; i++) {
        double rest = table[s][i] - ofSeeds[s] - ofImages[i] + mean;
        sum += rest * rest;
      }
    }
    double freedom = (ofSeeds.length - 1.0) * (ofImages.length - 1.0);
    return freedom == 0 ? 0 : sum / freedom;
  }

  private static double sumOfSquares(double[] values, double around) {
    return Arrays.stream(values).map(v -> (v - around) * (v - around)).sum();
  }

  private static double mean(double[][] table) {
    return Arrays.stream(table).mapToDouble(StatUtils::mean).average().orElseThrow();
  }
}
