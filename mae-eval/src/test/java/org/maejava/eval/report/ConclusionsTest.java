package org.maejava.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.Difference;
import org.maejava.eval.proto.Interval;
import org.maejava.proto.RunRecord;

@DisplayName("What a comparison says")
class ConclusionsTest {

  private static ComparisonEntry.Builder row(String name, String command, double accuracy) {
    return ComparisonEntry.newBuilder()
        .setProtocol(name)
        .setLabels(100)
        .setMeanAccuracy(accuracy)
        .addRuns(RunRecord.newBuilder().setCommand(command));
  }

  private static ComparisonEntry.Builder tested(
      ComparisonEntry.Builder row, String baseline, double difference, double p) {
    return row.setFromBaseline(
        Difference.newBuilder()
            .setBaseline(baseline)
            .setAccuracy(difference)
            .setInterval(Interval.newBuilder().setLow(difference - 0.03).setHigh(difference + 0.03))
            .setCorrectedPValue(p)
            .setSignificant(p < 0.05));
  }

  private static String said(ComparisonEntry.Builder... rows) {
    var comparison = Comparison.newBuilder().setCells(rows.length);
    Stream.of(rows).forEach(comparison::addEntries);
    return Conclusions.of(comparison.build());
  }

  @Test
  void isItsFirstRowAgainstWhatItIsTestedAgainst() {
    assertThat(
            said(
                tested(row("Fine-tuning", "finetune", 0.8), "From scratch", 0.1, 0.001),
                tested(row("Linear probe", "linear-probe", 0.7), "From scratch", 0, 1),
                row("From scratch", "scratch", 0.7)))
        .startsWith(
            "With 100 labels, \"Fine-tuning\" gets 80.0 % right, 10.0 points more than \"From scratch\"")
        .doesNotContain("Linear probe", "variants");
  }

  @Test
  void ofAnAblationIsWhichVariantsDiffer() {
    assertThat(
            said(
                tested(row("10 % hidden", "finetune", 0.6), "75 % hidden", -0.2, 0.004),
                tested(row("50 % hidden", "finetune", 0.81), "75 % hidden", 0.01, 0.7),
                row("75 % hidden", "finetune", 0.8)))
        .isEqualTo(
            "With 100 labels, of 2 variants of \"75 % hidden\" (80.0 % right) differ from it beyond chance:"
                + " \"10 % hidden\" by 20.0 points fewer (p = 0.004), after correction for all tests;"
                + " they get from 60.0 % (\"10 % hidden\") to 81.0 % (\"50 % hidden\").");
  }

  @Test
  void ofAnAblationThatShowsNothingIsThat() {
    assertThat(
            said(
                tested(row("1 block", "finetune", 0.79), "8 blocks", -0.01, 0.6),
                tested(row("2 blocks", "finetune", 0.81), "8 blocks", 0.01, 0.7),
                row("8 blocks", "finetune", 0.8)))
        .contains("none differs from it beyond chance");
  }
}
