package org.maejava.eval.compare;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.StatUtils;
import org.maejava.eval.proto.CellRecord;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.Difference;
import org.maejava.eval.proto.Interval;
import org.maejava.eval.run.Accuracy;
import org.maejava.proto.RunRecord;

/**
 * What may be concluded from runs: their spread, how sure their mean is, and which differences to
 * the baseline are more than chance. It remembers the intervals that it computed, since a report is
 * written again after every cell.
 */
public final class Statistics {

  /** A corrected p-value below it is called significant. */
  public static final double SIGNIFICANCE = 1 - Accuracy.CONFIDENCE;

  /** Intervals that were computed before, by the cells that they are of. */
  private final Map<String, Interval> intervals = new HashMap<>();

  /**
   * The row of a comparison: mean accuracy over the runs and, for two or more, its sample standard
   * deviation.
   *
   * @throws IllegalArgumentException if there is no run, or one without an evaluation
   */
  public static ComparisonEntry entry(String protocol, int labels, List<RunRecord> runs) {
    checkArgument(!runs.isEmpty(), "%s with %s labels has no run", protocol, labels);
    checkArgument(
        runs.stream().allMatch(RunRecord::hasEvaluation),
        "%s with %s labels has a run without an evaluation",
        protocol,
        labels);
    double[] accuracies =
        runs.stream().mapToDouble(run -> run.getEvaluation().getAccuracy()).toArray();
    var entry =
        ComparisonEntry.newBuilder()
            .setProtocol(protocol)
            .setLabels(labels)
            .addAllRuns(runs)
            .setMeanAccuracy(StatUtils.mean(accuracies));
    if (accuracies.length > 1) {
      entry.setAccuracyStd(Math.sqrt(StatUtils.variance(accuracies)));
    } else {
      entry.setInterval(interval(runs.get(0)));
    }
    return entry.build();
  }

  /**
   * The 95 % interval of an entry's accuracy: of a single run its own, Wilson's, wherever it is
   * shown; of several the bootstrap's over seeds and images. Empty where their right answers were
   * not kept.
   */
  public static Optional<Interval> interval(ComparisonEntry entry) {
    if (entry.getRunsCount() == 1) {
      return Optional.of(interval(entry.getRuns(0)));
    }
    return entry.hasInterval() ? Optional.of(entry.getInterval()) : Optional.empty();
  }

  /** Wilson's, of a run that was evaluated. */
  public static Interval interval(RunRecord run) {
    return Interval.newBuilder()
        .setLow(run.getEvaluation().getAccuracyLow())
        .setHigh(run.getEvaluation().getAccuracyHigh())
        .setConfidence(Accuracy.CONFIDENCE)
        .build();
  }

  /**
   * As {@link #entry(String, int, List)}, with the right answers and, for two or more runs, the
   * interval that they give.
   *
   * @param cells of the runs, in the same order
   */
  public ComparisonEntry entry(List<RunRecord> runs, List<CellRecord> cells) {
    var first = cells.get(0);
    var entry = entry(first.getCandidate(), first.getLabels(), runs).toBuilder().addAllCells(cells);
    if (cells.size() > 1) {
      entry.setInterval(
          intervals.computeIfAbsent(
              of(cells), name -> Bootstrap.of(RightAnswers.of(cells).table())));
    }
    return entry.build();
  }

  /**
   * A comparison in which entries are tested against another row with the same budget, and the
   * p-values are corrected for all those tests together.
   *
   * @param baselines for a row, the row that it is tested against; the others are not
   */
  public Comparison tested(Comparison comparison, Map<String, String> baselines) {
    var tests = new ArrayList<Optional<Difference.Builder>>();
    for (var entry : comparison.getEntriesList()) {
      tests.add(
          baselineOf(entry, comparison, baselines).flatMap(other -> difference(entry, other)));
    }
    var corrected =
        Holm.corrected(
            tests.stream().flatMap(Optional::stream).map(Difference.Builder::getPValue).toList());
    var tested = comparison.toBuilder();
    int next = 0;
    for (int i = 0; i < tests.size(); i++) {
      if (tests.get(i).isPresent()) {
        double p = corrected[next++];
        tested
            .getEntriesBuilder(i)
            .setFromBaseline(
                tests.get(i).get().setCorrectedPValue(p).setSignificant(p < SIGNIFICANCE));
      }
    }
    return tested.build();
  }

  private static Optional<ComparisonEntry> baselineOf(
      ComparisonEntry entry, Comparison comparison, Map<String, String> baselines) {
    var baseline = baselines.getOrDefault(entry.getProtocol(), "");
    return comparison.getEntriesList().stream()
        .filter(other -> other.getProtocol().equals(baseline) && !other.equals(entry))
        .filter(other -> other.getCellsCount() > 0 && entry.getCellsCount() > 0)
        .filter(other -> other.getCells(0).getBudget().equals(entry.getCells(0).getBudget()))
        .findFirst();
  }

  /** Empty while the two have no seed in common yet. */
  private Optional<Difference.Builder> difference(ComparisonEntry entry, ComparisonEntry baseline) {
    var differences =
        RightAnswers.of(entry.getCellsList()).minus(RightAnswers.of(baseline.getCellsList()));
    return differences.length == 0
        ? Optional.empty()
        : Optional.of(
            PairedTest.of(differences)
                .setBaseline(baseline.getProtocol())
                .setInterval(
                    intervals.computeIfAbsent(
                        of(entry.getCellsList()) + " - " + of(baseline.getCellsList()),
                        name -> Bootstrap.of(differences))));
  }

  private static String of(List<CellRecord> cells) {
    return cells.stream()
        .map(cell -> cell.getFingerprint() + " " + cell.getCandidate() + " " + cell.getSeed())
        .collect(Collectors.joining(" "));
  }
}
