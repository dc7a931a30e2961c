package org.maejava.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.proto.Evaluation;
import org.maejava.proto.RunRecord;

class StatisticsTest {

  @Test
  void anEntryHasTheMeanAndTheSampleDeviationOfItsRuns() {
    var entry = entry(2000, 0.5, 0.6, 0.7);

    assertThat(entry.getMeanAccuracy()).isCloseTo(0.6, within(1e-12));
    assertThat(entry.getAccuracyStd()).isCloseTo(0.1, within(1e-12));
    assertThat(entry.getRunsCount()).isEqualTo(3);
  }

  @Test
  void oneRunHasNoDeviation() {
    assertThat(entry(2000, 0.5).hasAccuracyStd()).isFalse();
  }

  @Test
  void anEntryNeedsRunsThatWereEvaluated() {
    assertThatThrownBy(() -> Statistics.entry("Linear probe", 200, List.of()))
        .hasMessage("Linear probe with 200 labels has no run");
    assertThatThrownBy(
            () -> Statistics.entry("Linear probe", 200, List.of(RunRecord.getDefaultInstance())))
        .hasMessage("Linear probe with 200 labels has a run without an evaluation");
  }

  @Test
  void singleRunsDifferWhenTheirImagesSaySo() {
    // Newcombe's interval of 62 % against 54 % of 2000 is 8 ± 3.1 points, of 100 it is 8 ± 13.6.
    assertThat(Statistics.differ(entry(2000, 0.62), entry(2000, 0.54))).isTrue();
    assertThat(Statistics.differ(entry(2000, 0.54), entry(2000, 0.62))).isTrue();
    assertThat(Statistics.differ(entry(100, 0.62), entry(100, 0.54))).isFalse();
  }

  @Test
  void equalAccuraciesNeverDiffer() {
    assertThat(Statistics.differ(entry(2000, 0.5), entry(2000, 0.5))).isFalse();
    assertThat(Statistics.differ(entry(2000, 1), entry(2000, 1))).isFalse();
  }

  @Test
  void runsThatScatterMoreThanTheImagesTellDoNotDiffer() {
    assertThat(Statistics.differ(entry(2000, 0.52, 0.72), entry(2000, 0.44, 0.64))).isFalse();
    assertThat(Statistics.differ(entry(2000, 0.62, 0.621), entry(2000, 0.54, 0.541))).isTrue();
  }

  @Test
  void runsThatAgreeToTheLastDigitAreJudgedByTheirImages() {
    assertThat(Statistics.differ(entry(2000, 0.62, 0.62), entry(2000, 0.54, 0.54))).isTrue();
    assertThat(Statistics.differ(entry(2000, 0.54, 0.54), entry(2000, 0.54, 0.54))).isFalse();
  }

  private static ComparisonEntry entry(int images, double... accuracies) {
    return Statistics.entry(
        "Linear probe",
        200,
        Arrays.stream(accuracies)
            .mapToObj(
                accuracy ->
                    RunRecord.newBuilder()
                        .setEvaluation(
                            Evaluation.newBuilder().setImages(images).setAccuracy(accuracy))
                        .build())
            .toList());
  }
}
