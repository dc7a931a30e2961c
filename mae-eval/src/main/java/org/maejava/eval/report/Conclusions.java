package org.maejava.eval.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
   * For each number of labels the plan's first row that is tested, and what it is tested against;
   * of rows that vary another of their protocol, as in an ablation, which of them differ from it.
   *
   * @param comparison as far as it is
   */
  public static String of(Comparison comparison) {
    var sentences =
        comparison.getEntriesList().stream()
            .map(ComparisonEntry::getLabels)
            .distinct()
            .flatMap(labels -> withLabels(comparison, labels))
            .collect(Collectors.joining(" "));
    var cells = finished(comparison.getEntriesList());
    return cells == comparison.getCells()
        ? sentences
        : "%d of %d cells are finished. %s"
            .formatted(cells, comparison.getCells(), sentences)
            .strip();
  }

  private static Stream<String> withLabels(Comparison comparison, int labels) {
    var entries =
        comparison.getEntriesList().stream().filter(entry -> entry.getLabels() == labels).toList();
    var tested = entries.stream().filter(ComparisonEntry::hasFromBaseline).toList();
    var variants =
        entries.stream()
            .map(baseline -> new Variants(baseline, variants(baseline, tested)))
            .filter(found -> found.rows().size() > 1)
            .toList();
    return variants.isEmpty()
        ? tested.stream().limit(1).map(Conclusions::sentence)
        : variants.stream().map(Variants::sentence);
  }

  /** The rows that are tested against one of the same protocol. */
  private static List<ComparisonEntry> variants(
      ComparisonEntry baseline, List<ComparisonEntry> tested) {
    return tested.stream()
        .filter(row -> row.getFromBaseline().getBaseline().equals(baseline.getProtocol()))
        .filter(row -> row.getRuns(0).getCommand().equals(baseline.getRuns(0).getCommand()))
        .toList();
  }

  /** Rows that differ from another in what was pre-trained. */
  private record Variants(ComparisonEntry baseline, List<ComparisonEntry> rows) {

    String sentence() {
      var differing = rows.stream().filter(row -> row.getFromBaseline().getSignificant()).toList();
      var sorted =
          rows.stream().sorted(Comparator.comparing(ComparisonEntry::getMeanAccuracy)).toList();
      return String.format(
          Locale.ROOT,
          "With %,d labels, of %d variants of \"%s\" (%s %% right) %s, after correction for all tests; they get from %s to %s.",
          baseline.getLabels(),
          rows.size(),
          baseline.getProtocol(),
          Percent.of(baseline.getMeanAccuracy()),
          differing.isEmpty()
              ? "none differs from it beyond chance"
              : "differ from it beyond chance: "
                  + differing.stream().map(Variants::difference).collect(Collectors.joining("; ")),
          named(sorted.get(0)),
          named(sorted.get(sorted.size() - 1)));
    }

    private static String named(ComparisonEntry row) {
      return "%s %% (\"%s\")".formatted(Percent.of(row.getMeanAccuracy()), row.getProtocol());
    }

    private static String difference(ComparisonEntry row) {
      var difference = row.getFromBaseline();
      return "\"%s\" by %s points %s (%s)"
          .formatted(
              row.getProtocol(),
              Percent.of(Math.abs(difference.getAccuracy())),
              difference.getAccuracy() < 0 ? "fewer" : "more",
              significance(difference));
    }
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
