package org.maejava.eval.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.maejava.proto.Evaluation;
import org.tensorflow.ndarray.StdArrays;

class AccuracyTest {

  private final Accuracy accuracy = new Accuracy();

  @Test
  void countsRightAnswers() {
    add(
        new float[][] {{2, 1, 0}, {0, 1, 2}, {0, 3, 1}},
        new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 1, 0}},
        1,
        1,
        1);

    Evaluation evaluation = accuracy.evaluation();
    assertThat(evaluation.getImages()).isEqualTo(3);
    assertThat(evaluation.getCorrect()).isEqualTo(2);
    assertThat(evaluation.getAccuracy()).isEqualTo(2 / 3.0);
  }

  @Test
  void lossIsTheMeanCrossEntropyOverImagesOfAllBatches() {
    add(new float[][] {{1, 0}}, new float[][] {{1, 0}}, 1);
    add(new float[][] {{1000, 0}}, new float[][] {{0, 1}}, 1);

    double certain = Math.log(1 + Math.exp(-1));
    assertThat(accuracy.evaluation().getLoss()).isCloseTo((certain + 1000) / 2, within(1e-9));
  }

  @Test
  void paddedRowsDoNotCount() {
    add(new float[][] {{1, 0}, {0, 1}, {0, 1}}, new float[][] {{1, 0}, {1, 0}, {1, 0}}, 1, 0, 0);

    Evaluation evaluation = accuracy.evaluation();
    assertThat(evaluation.getImages()).isEqualTo(1);
    assertThat(evaluation.getAccuracy()).isEqualTo(1);
    assertThat(evaluation.getTop5Accuracy()).isEqualTo(1);
    assertThat(evaluation.getLoss()).isCloseTo(Math.log(1 + Math.exp(-1)), within(1e-9));
  }

  @Test
  void fifthPlaceIsInTheTopFiveAndSixthIsNot() {
    add(
        new float[][] {{6, 5, 4, 3, 2, 1}, {6, 5, 4, 3, 2, 1}},
        new float[][] {{0, 0, 0, 0, 1, 0}, {0, 0, 0, 0, 0, 1}},
        1,
        1);

    assertThat(accuracy.evaluation().getTop5Accuracy()).isEqualTo(0.5);
    assertThat(accuracy.evaluation().getAccuracy()).isZero();
  }

  @Test
  void withFewerThanFiveClassesEveryAnswerIsInTheTopFive() {
    add(new float[][] {{3, 2, 1}}, new float[][] {{0, 0, 1}}, 1);

    assertThat(accuracy.evaluation().getTop5Accuracy()).isEqualTo(1);
    assertThat(accuracy.evaluation().getAccuracy()).isZero();
  }

  @Test
  void equalLogitsAreAnAnswerForTheFirstClassOnly() {
    add(new float[][] {{0, 0}, {0, 0}}, new float[][] {{1, 0}, {0, 1}}, 1, 1);

    assertThat(accuracy.evaluation().getCorrect()).isEqualTo(1);
  }

  @Test
  void aNetworkThatSaysNotANumberIsNeverRight() {
    float nan = Float.NaN;
    add(
        new float[][] {{nan, nan, nan, nan, nan, nan}, {nan, 0, 0, 0, 0, 0}},
        new float[][] {{1, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0}},
        1,
        1);

    Evaluation evaluation = accuracy.evaluation();
    assertThat(evaluation.getCorrect()).isZero();
    assertThat(evaluation.getTop5Accuracy()).isZero();
    assertThat(evaluation.getLoss()).isNaN();
  }

  @Test
  void theIntervalIsWilsons() {
    for (int i = 0; i < 50; i++) {
      add(new float[][] {{i < 31 ? 1 : -1, 0}}, new float[][] {{1, 0}}, 1);
    }

    double z = 1.959963984540054;
    double n = 50;
    double p = 31 / n;
    double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    Evaluation evaluation = accuracy.evaluation();
    assertThat(evaluation.getAccuracyLow()).isCloseTo(centre - half, within(1e-9));
    assertThat(evaluation.getAccuracyHigh()).isCloseTo(centre + half, within(1e-9));
  }

  @Test
  void theIntervalStaysWithinZeroAndOneWhenNothingIsRight() {
    add(new float[][] {{0, 1}}, new float[][] {{1, 0}}, 1);

    assertThat(accuracy.evaluation().getAccuracyLow()).isZero();
    assertThat(accuracy.evaluation().getAccuracyHigh()).isBetween(0.7, 0.8);
  }

  @Test
  void withoutAnImageThereIsNoAccuracy() {
    add(new float[][] {{0, 1}}, new float[][] {{1, 0}}, 0);

    assertThatThrownBy(accuracy::evaluation)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no image was evaluated");
  }

  @Test
  void shapesThatDoNotAgreeAreNamed() {
    assertThatThrownBy(() -> add(new float[][] {{0, 1}}, new float[][] {{1, 0, 0}}, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("logits [1, 2] and labels [1, 3]");
    assertThatThrownBy(() -> add(new float[][] {{0, 1}}, new float[][] {{1, 0}}, 0.5f))
        .hasMessageContaining("weight 0.5 is neither");
  }

  private void add(float[][] logits, float[][] labels, float... weights) {
    accuracy.add(
        StdArrays.ndCopyOf(logits), StdArrays.ndCopyOf(labels), StdArrays.ndCopyOf(weights));
  }
}
