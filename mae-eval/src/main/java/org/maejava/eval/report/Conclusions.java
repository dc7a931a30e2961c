package org.maejava.eval.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.Difference;

/**
 * What a comparison says, as sentences: never a best row alone, always what it is tested against.
 */
public final class Conclusions {

  private Conclusions() {}

  /**
   * For each number of labels the plan's first row that is tested, and what it is tested against.
   *
   * @param comparison as far as it is
   */
  public static String of(Comparison comparison) {
    var labels =
        comparison.getEntriesList().stream().map(ComparisonEntry::getLabels).distinct().toList();
    var sentences =
        labels.stream()
            .flatMap(
                count ->
                    comparison.getEntriesList().stream()
                        .filter(entry -> entry.getLabels() == count)
                        .filter(ComparisonEntry::hasFromBaseline)
                        .limit(1))
            .map(Conclusions::sentence)
            .collect(Collectors.joining(" "));
    var cells = finished(comparison.getEntriesList());
    return cells == comparison.getCells()
        ? sentences
        : "%d of %d cells are finished. %s"
            .formatted(cells, comparison.getCells(), sentences)
            .strip();
  }

  private static int finished(List<ComparisonEntry> entries) {
    return entries.stream().mapToInt(ComparisonEntry::getRunsCount).sum();
  }

  private static String sentence(ComparisonEntry entry) {
    var difference = entry.getFromBaseline();
    return String.format(
        Locale.ROOT,
        "With %,d labels, \"%s\" gets %s %% right%s, %s points %s than \"%s\" (95 %% interval of the"
            + " difference %s to %s, %s).",
        entry.getLabels(),
        entry.getProtocol(),
        Percent.of(entry.getMeanAccuracy()),
        entry.hasAccuracyStd() ? " (± %s)".formatted(Percent.of(entry.getAccuracyStd())) : "",
        Percent.of(Math.abs(difference.getAccuracy())),
        difference.getAccuracy() < 0 ? "fewer" : "more",
        difference.getBaseline(),
        Percent.of(difference.getInterval().getLow()),
        Percent.of(difference.getInterval().getHigh()),
        significance(difference));
  }

  /** How sure, in words and as a corrected p-value. */
  private static String significance(Difference difference) {
    double p = difference.getCorrectedPValue();
    var value = p < 0.001 ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", p);
    if (p < Statistics.SIGNIFICANCE) {
      return value;
    }
    var interval = difference.getInterval();
    boolean holdsZero = interval.getLow() <= 0 && interval.getHigh() >= 0;
    // Few seeds, or many tests.
    return (holdsZero ? "within noise, " : "not shown after correction, ") + value;
  }
}
