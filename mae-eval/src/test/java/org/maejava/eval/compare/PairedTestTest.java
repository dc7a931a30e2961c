package org.maejava.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedTestTest {

  private static final double LEVEL = 0.05;

  /** Expected values: scipy 1.17.1, binomtest; the first pair is A. Agresti's approval ratings. */
  @ParameterizedTest
  @CsvSource({
    "150, 86, 3.7159361395713866e-05",
    "9, 5, 0.4239501953125",
    "1, 9, 0.021484375",
    "0, 0, 1"
  })
  void oneSeedIsJudgedByMcNemarsExactTest(int onlyThis, int onlyBaseline, double p) {
    var row = new double[2000];
    for (int i = 0; i < onlyThis; i++) {
      row[3 * i] = 1;
    }
    for (int i = 0; i < onlyBaseline; i++) {
      row[3 * i + 1] = -1;
    }
    var difference = PairedTest.of(new double[][] {row});
    assertThat(difference.getPValue()).isCloseTo(p, within(1e-9 * p));
    assertThat(difference.getMcnemar().getOnlyThis()).isEqualTo(onlyThis);
    assertThat(difference.getMcnemar().getOnlyBaseline()).isEqualTo(onlyBaseline);
    assertThat(difference.getAccuracy())
        .isCloseTo((onlyThis - onlyBaseline) / 2000.0, within(1e-12));
  }

  /**
   * Expected values: the sums of squares over method, seed and image as Dorfman, Berbaum and Metz
   * write them, in numpy, F and its tail from scipy.
   */
  @ParameterizedTest
  @CsvSource({
    "2, 400, 0.125, 4.833286225510028, 1.145275469375193, 0.1064725689415559",
    "5, 300, 0.1286666666666667, 27.29340894602322, 5.807134758243209, 2.3531357736298026e-07",
    "3, 1000, 0.10933333333333328, 4.972551641062082, 2, 0.03814384649714791"
  })
  void severalSeedsAreJudgedBySeedsAndImagesAsRandomEffects(
      int seeds, int images, double accuracy, double t, double freedom, double p) {
    var these = numbered(seeds, images, 1, 0.12);
    var others = numbered(seeds, images, 2, 0);
    var difference = PairedTest.of(minus(these, others));
    assertThat(difference.getAccuracy()).isCloseTo(accuracy, within(1e-12));
    assertThat(difference.getCrossed().getT()).isCloseTo(t, within(1e-9));
    assertThat(difference.getCrossed().getDegreesOfFreedom()).isCloseTo(freedom, within(1e-9));
    assertThat(difference.getPValue()).isCloseTo(p, within(1e-9 * p));
  }

  /** Six of ten images each: accuracies differ by 4, 1 and 5 points; scipy 1.17.1, ttest_rel. */
  @Test
  void whereImagesAddNothingItIsThePairedTTestOverSeeds() {
    var table = new double[3][100];
    int next = 0;
    int[] points = {4, 1, 5};
    for (int seed = 0; seed < 3; seed++) {
      for (int i = 0; i < points[seed]; i++) {
        table[seed][next++] = 1;
      }
    }
    var difference = PairedTest.of(table);
    assertThat(difference.getCrossed().getT()).isCloseTo(2.7735009811261455, within(1e-9));
    assertThat(difference.getCrossed().getDegreesOfFreedom()).isCloseTo(2, within(1e-9));
    assertThat(difference.getPValue()).isCloseTo(0.10912919362525206, within(1e-9));
  }

  @Test
  void identicalAnswersDoNotDiffer() {
    assertThat(PairedTest.of(new double[3][500]).getPValue()).isEqualTo(1);
  }

  @Test
  void rowsWithoutACommonSeedCannotBePaired() {
    assertThatThrownBy(() -> PairedTest.of(new double[0][]))
        .hasMessage("the two have no seed in common");
  }

  /** Two ways that are equally good on average, trained models of which differ by two points. */
  @Test
  void itKeepsItsLevelWhereSeedsVaryAndPoolingSeedsDoesNot() {
    int simulations = 400;
    int found = 0;
    int foundByPooling = 0;
    for (int run = 0; run < simulations; run++) {
      var model = new SimulatedAnswers(run, 0.05);
      var table = minus(model.table("this", 3, 1000, 0.6), model.table("other", 3, 1000, 0.6));
      found += PairedTest.of(table).getPValue() < LEVEL ? 1 : 0;
      var pooled = new double[1][3000];
      for (int seed = 0; seed < 3; seed++) {
        System.arraycopy(table[seed], 0, pooled[0], 1000 * seed, 1000);
      }
      foundByPooling += PairedTest.of(pooled).getPValue() < LEVEL ? 1 : 0;
    }
    // 5 % of 400 are 20 ± 4.4.
    assertThat(found).isLessThanOrEqualTo(20 + 3 * 5);
    assertThat(foundByPooling).isGreaterThan(2 * 20);
  }

  @Test
  void itFindsTenPointsWithThreeSeedsAndAThousandImages() {
    int found = 0;
    for (int run = 0; run < 100; run++) {
      var model = new SimulatedAnswers(run, 0.02);
      var table = minus(model.table("this", 3, 1000, 1), model.table("other", 3, 1000, 0.6));
      found += PairedTest.of(table).getPValue() < LEVEL ? 1 : 0;
    }
    assertThat(found).isGreaterThan(90);
  }

  private static double[][] minus(double[][] these, double[][] others) {
    var result = new double[these.length][these[0].length];
    for (int s = 0; s < result.length; s++) {
      for (int i = 0; i < result[s].length; i++) {
        result[s][i] = these[s][i] - others[s][i];
      }
    }
    return result;
  }

  /** The congruential generator of ISO C's example, so that other languages make the same table. */
  private static double[][] numbered(int seeds, int images, long start, double shift) {
    long x = start;
    var table = new double[seeds][images];
    for (int s = 0; s < seeds; s++) {
      for (int i = 0; i < images; i++) {
        x = (x * 1103515245 + 12345) % (1L << 31);
        double easy = 0.2 + 0.6 * (i * 7 % images) / images + shift + 0.05 * s;
        table[s][i] = x / (double) (1L << 31) < easy ? 1 : 0;
      }
    }
    return table;
  }
}
