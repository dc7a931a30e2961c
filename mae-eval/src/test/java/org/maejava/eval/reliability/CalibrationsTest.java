package org.maejava.eval.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.eval.proto.ReliabilityBin;
import org.maejava.random.Draws;

@DisplayName("Calibration")
class CalibrationsTest {

  private static Scores scores(float[][] logits, int... labels) {
    return new Scores(logits, labels, Collections.nCopies(labels.length, "image"), List.of());
  }

  /** Two classes, of which the first has this probability. */
  private static float[] of(double probability) {
    return new float[] {(float) Math.log(probability / (1 - probability)), 0};
  }

  /**
   * Confidences 0.9, 0.9, 0.9, 0.7 and 0.6 in four bins: 0.7 and 0.6 in the third, of which one is
   * right; 0.9 three times in the fourth, of which two are.
   */
  @Test
  void isTheWeightedDistanceOfConfidenceAndAccuracyAsOneComputesByHand() {
    var logits = new float[][] {of(0.9), of(0.1), of(0.9), of(0.7), of(0.6)};
    var calibration = Calibrations.of(scores(logits, 0, 1, 1, 0, 1), 1, 4);
    double third = Math.abs(0.65 - 0.5);
    double fourth = Math.abs(0.9 - 2 / 3.0);
    assertThat(calibration.getExpectedError())
        .isCloseTo(2 / 5.0 * third + 3 / 5.0 * fourth, within(1e-6));
    assertThat(calibration.getMaximumError()).isCloseTo(fourth, within(1e-6));
    assertThat(calibration.getAccuracy()).isEqualTo(0.6);
    assertThat(calibration.getLoss())
        .isCloseTo(
            -(2 * Math.log(0.9) + Math.log(0.1) + Math.log(0.7) + Math.log(0.4)) / 5, within(1e-6));
    assertThat(calibration.getBinsList())
        .extracting(ReliabilityBin::getImages)
        .containsExactly(0, 0, 2, 3);
    assertThat(calibration.getBins(0).hasAccuracy()).isFalse();
    assertThat(calibration.getBins(2).getConfidence()).isCloseTo(0.65, within(1e-6));
  }

  @Test
  void countsABordersConfidenceInTheLowerBinAndCertaintyInTheLast() {
    var calibration = Calibrations.of(scores(new float[][] {{0, 0}, {1000, 0}}, 0, 0), 1, 2);
    assertThat(calibration.getBinsList())
        .extracting(ReliabilityBin::getImages)
        .containsExactly(1, 1);
    assertThat(calibration.getBins(1).getConfidence()).isEqualTo(1);
  }

  /**
   * Every image has the logits (a, 0) and a share p is of the first class: the best temperature
   * makes its probability p, so a / T = log(p / (1 - p)).
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.6, 0.75, 0.95})
  void findsTheTemperatureThatIsKnown(double share) {
    int images = 1000;
    float logit = 4;
    var logits = new float[images][];
    var labels = new int[images];
    for (int i = 0; i < images; i++) {
      logits[i] = new float[] {logit, 0};
      labels[i] = i < share * images ? 0 : 1;
    }
    assertThat(Temperature.fit(logits, labels))
        .isCloseTo(logit / Math.log(share / (1 - share)), within(1e-5));
  }

  /** Labels are drawn from the probabilities, then the logits are made three times as sure. */
  @Test
  void undoesOverconfidence() {
    var random = new Draws(5).at("labels");
    var logits = new float[20_000][4];
    var labels = new int[logits.length];
    for (int i = 0; i < labels.length; i++) {
      double sum = 0;
      var odds = new double[4];
      for (int c = 0; c < 4; c++) {
        double score = 1.5 * random.nextGaussian();
        odds[c] = Math.exp(score);
        sum += odds[c];
        logits[i][c] = (float) (3 * score);
      }
      double drawn = random.nextDouble() * sum;
      while (labels[i] < 3 && drawn >= odds[labels[i]]) {
        drawn -= odds[labels[i]++];
      }
    }
    var scores = scores(logits, labels);
    double temperature = Temperature.fit(logits, labels);
    assertThat(temperature).isCloseTo(3, within(0.1));
    var before = Calibrations.of(scores, 1, Calibrations.BINS);
    var after = Calibrations.of(scores, temperature, Calibrations.BINS);
    assertThat(before.getExpectedError()).isGreaterThan(0.1);
    assertThat(after.getExpectedError()).isLessThan(0.02);
    assertThat(after.getAccuracy()).isEqualTo(before.getAccuracy());
    assertThat(after.getLoss()).isLessThan(before.getLoss());
  }

  @Test
  void stopsAtTheSmallestTemperatureWhereEverythingIsRight() {
    assertThat(Temperature.fit(new float[][] {{1, 0}, {0, 1}}, new int[] {0, 1}))
        .isCloseTo(Temperature.SMALLEST, within(0.03));
  }

  @Test
  void needsImagesAndBins() {
    assertThatThrownBy(() -> Calibrations.of(scores(new float[0][]), 1, 15))
        .hasMessageContaining("0 images");
    assertThatThrownBy(() -> Temperature.fit(new float[0][], new int[0]))
        .hasMessageContaining("no labels");
  }
}
