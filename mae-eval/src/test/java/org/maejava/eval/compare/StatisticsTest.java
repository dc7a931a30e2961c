package org.maejava.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.maejava.eval.proto.CellRecord;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.run.Accuracy;
import org.maejava.proto.Evaluation;
import org.maejava.proto.RunRecord;

class StatisticsTest {

  private static final Map<String, String> AGAINST_SCRATCH =
      Map.of("Fine-tuning", "From scratch", "Linear probe", "From scratch");

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

  /** One result has one interval, whatever table it stands in. */
  @Test
  void theIntervalOfOneRunIsItsOwnAndOfSeveralTheBootstraps() {
    var one = answered("Fine-tuning", "200 labels", 0.9, 0);
    var own = one.getRuns(0).getEvaluation();
    assertThat(one.getInterval().getLow()).isEqualTo(own.getAccuracyLow()).isPositive();
    assertThat(one.getInterval().getHigh()).isEqualTo(own.getAccuracyHigh()).isLessThan(1);
    assertThat(Statistics.interval(one)).contains(one.getInterval());

    var three = answered("Fine-tuning", "200 labels", 0.9, 0, 1, 2);
    assertThat(three.getInterval())
        .isEqualTo(Bootstrap.of(RightAnswers.of(three.getCellsList()).table()));
    assertThat(Statistics.interval(three)).contains(three.getInterval());
    assertThat(Statistics.interval(entry(2000, 0.5, 0.6))).isEmpty();
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
  void everyRowIsTestedAgainstTheBaselineOfItsBudgetAndCorrectedForAllTests() {
    var comparison =
        new Statistics()
            .tested(
                Comparison.newBuilder()
                    .addEntries(answered("Fine-tuning", "200 labels", 0.9, 0, 1, 2))
                    .addEntries(answered("From scratch", "200 labels", 0.5, 0, 1, 2))
                    .addEntries(
                        sameAnswers(
                            "Linear probe", answered("From scratch", "200 labels", 0.5, 0, 1, 2)))
                    .addEntries(answered("Fine-tuning", "1000 labels", 0.9, 0, 1, 2))
                    .build(),
                AGAINST_SCRATCH);
    var tuned = comparison.getEntries(0).getFromBaseline();
    assertThat(tuned.getAccuracy()).isCloseTo(0.1, within(0.03));
    assertThat(tuned.getInterval().getLow()).isLessThan(tuned.getAccuracy()).isPositive();
    assertThat(tuned.getCorrectedPValue()).isEqualTo(2 * tuned.getPValue());
    assertThat(tuned.getSignificant()).isTrue();
    assertThat(comparison.getEntries(1).hasFromBaseline()).isFalse();
    var probe = comparison.getEntries(2).getFromBaseline();
    assertThat(probe.getSignificant()).isFalse();
    assertThat(probe.getCorrectedPValue()).isEqualTo(1);
    assertThat(comparison.getEntries(3).hasFromBaseline()).as("no baseline there").isFalse();
  }

  @Test
  void onlySeedsThatBothHaveArePaired() {
    var comparison =
        new Statistics()
            .tested(
                Comparison.newBuilder()
                    .addEntries(answered("Fine-tuning", "200 labels", 0.9, 0, 1, 2))
                    .addEntries(answered("From scratch", "200 labels", 0.5, 2))
                    .addEntries(answered("Linear probe", "200 labels", 0.5, 0, 1))
                    .build(),
                AGAINST_SCRATCH);
    assertThat(comparison.getEntries(0).getFromBaseline().hasMcnemar()).isTrue();
    assertThat(comparison.getEntries(2).hasFromBaseline()).isFalse();
  }

  @Test
  void rowsOfOtherImagesCannotBePaired() {
    var other = answered("From scratch", "200 labels", 0.5, 0).toBuilder();
    other.getCellsBuilder(0).setImages(999);
    var comparison =
        Comparison.newBuilder()
            .addEntries(answered("Fine-tuning", "200 labels", 0.9, 0))
            .addEntries(other)
            .build();
    assertThatThrownBy(() -> new Statistics().tested(comparison, AGAINST_SCRATCH))
        .hasMessageContaining("1000 and 999 evaluation images cannot be paired");
  }

  private static ComparisonEntry sameAnswers(String row, ComparisonEntry as) {
    var entry = as.toBuilder().setProtocol(row);
    entry.getCellsBuilderList().forEach(cell -> cell.setCandidate(row));
    return entry.build();
  }

  private static ComparisonEntry answered(String row, String budget, double skill, long... seeds) {
    int images = 1000;
    var runs = new ArrayList<RunRecord>();
    var cells = new ArrayList<CellRecord>();
    for (long seed : seeds) {
      var answers = new SimulatedAnswers(7, 0.01).table(row + budget + seed, 1, images, skill)[0];
      var right = new BitSet();
      IntStream.range(0, images).filter(i -> answers[i] == 1).forEach(right::set);
      var interval = Accuracy.interval(images, right.cardinality());
      runs.add(
          RunRecord.newBuilder()
              .setEvaluation(
                  Evaluation.newBuilder()
                      .setImages(images)
                      .setAccuracy(right.cardinality() / (double) images)
                      .setAccuracyLow(interval.getLowerBound())
                      .setAccuracyHigh(interval.getUpperBound()))
              .build());
      cells.add(
          CellRecord.newBuilder()
              .setCandidate(row)
              .setBudget(budget)
              .setLabels(budget.startsWith("200") ? 200 : 1000)
              .setSeed(seed)
              .setImages(images)
              .setRight(RightAnswers.packed(right))
              .build());
    }
    return new Statistics().entry(runs, cells);
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
