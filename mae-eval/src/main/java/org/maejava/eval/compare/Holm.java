package org.maejava.eval.compare;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Correction for several tests: the chance of one false finding among all of them stays below the
 * level, whatever depends on what (S. Holm, "A simple sequentially rejective multiple test
 * procedure", Scandinavian Journal of Statistics 6, 1979).
 */
final class Holm {

  private Holm() {}

  /** Each p-value corrected, in the order given. */
  static double[] corrected(List<Double> pValues) {
    int tests = pValues.size();
    var rising =
        IntStream.range(0, tests).boxed().sorted(Comparator.comparingDouble(pValues::get)).toList();
    var corrected = new double[tests];
    double before = 0;
    for (int rank = 0; rank < tests; rank++) {
      int test = rising.get(rank);
      before = Math.max(before, Math.min(1, (tests - rank) * pValues.get(test)));
      corrected[test] = before;
    }
    return corrected;
  }
}
