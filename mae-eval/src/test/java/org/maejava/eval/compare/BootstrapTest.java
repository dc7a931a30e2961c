package org.maejava.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.stat.interval.WilsonScoreInterval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootstrapTest {

  @Test
  void ofOneSeedIsTheBinomialInterval() {
    var table = new double[1][2000];
    for (int i = 0; i < 1400; i++) {
      table[0][i] = 1;
    }
    var interval = Bootstrap.of(table);
    double half = 1.96 * Math.sqrt(0.7 * 0.3 / 2000);
    assertThat(interval.getLow()).isCloseTo(0.7 - half, within(0.15 * half));
    assertThat(interval.getHigh()).isCloseTo(0.7 + half, within(0.15 * half));
    assertThat(interval.getConfidence()).isEqualTo(0.95);
  }

  @Test
  void isTheSameEveryTime() {
    var table = new SimulatedAnswers(1, 0.1).table("a", 3, 500, 0.5);
    assertThat(Bootstrap.of(table)).isEqualTo(Bootstrap.of(table));
  }

  @Test
  void ofAnswersThatAreAllRightIsNoCertainty() {
    var table = new double[][] {{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}};
    var wilson = new WilsonScoreInterval().createInterval(12, 12, 0.95);
    assertThat(Bootstrap.of(table).getLow()).isCloseTo(wilson.getLowerBound(), within(1e-12));
    assertThat(Bootstrap.of(table).getHigh()).isEqualTo(1);
  }

  /** How often it holds the accuracy over all seeds and images that could be drawn. */
  @ParameterizedTest
  @CsvSource({"1, 0, 800", "3, 0.03, 1000", "5, 0.05, 1000", "10, 0.1, 500"})
  void holdsTheTruthInNinetyFivePercentOfSimulations(int seeds, double deviation, int images) {
    int simulations = 300;
    int held = 0;
    for (int run = 0; run < simulations; run++) {
      var model = new SimulatedAnswers(run, deviation);
      var interval = Bootstrap.of(model.table("a", seeds, images, 0.7));
      double truth = model.accuracy(0.7);
      held += interval.getLow() <= truth && truth <= interval.getHigh() ? 1 : 0;
    }
    // 95 % of 300 are 285 ± 3.8.
    assertThat(held).isBetween(285 - 3 * 4, 285 + 3 * 4);
  }
}
