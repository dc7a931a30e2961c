package org.maejava.eval.compare;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableTable;
import com.google.common.collect.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;

/**
 * A comparison as a table: protocols down, in the order given; numbers of labels across, rising.
 */
public final class ComparisonTable {

  private final Table<String, Integer, ComparisonEntry> cells;

  /**
   * @throws IllegalArgumentException if a protocol is given twice for one number of labels, or
   *     without a run
   */
  public ComparisonTable(Comparison comparison) {
    var builder = ImmutableTable.<String, Integer, ComparisonEntry>builder();
    builder.orderColumnsBy(Comparator.naturalOrder());
    for (var entry : comparison.getEntriesList()) {
      checkArgument(
          entry.getRunsCount() > 0,
          "%s with %s labels has no run",
          entry.getProtocol(),
          entry.getLabels());
      builder.put(entry.getProtocol(), entry.getLabels(), entry);
    }
    cells = builder.buildOrThrow();
  }

  /** The rows. */
  public List<String> protocols() {
    return List.copyOf(cells.rowKeySet());
  }

  /** The columns. */
  public List<Integer> labels() {
    return List.copyOf(cells.columnKeySet());
  }

  /** What was measured there, or nothing. */
  public Optional<ComparisonEntry> cell(String protocol, int labels) {
    return Optional.ofNullable(cells.get(protocol, labels));
  }

  /** Parameters trained by a protocol; the most if that depends on the number of labels. */
  public long trainedParameters(String protocol) {
    return cells.row(protocol).values().stream()
        .mapToLong(entry -> entry.getRuns(0).getTrainedParameters())
        .max()
        .orElse(0);
  }

  /** The rows that differ from the baseline by more than chance, the best first. */
  public List<ComparisonEntry> different(int labels) {
    return tested(labels, true);
  }

  /** The rows of which no difference from the baseline is shown, the best first. */
  public List<ComparisonEntry> undecided(int labels) {
    return tested(labels, false);
  }

  private List<ComparisonEntry> tested(int labels, boolean significant) {
    return cells.column(labels).values().stream()
        .filter(ComparisonEntry::hasFromBaseline)
        .filter(entry -> entry.getFromBaseline().getSignificant() == significant)
        .sorted(Comparator.comparingDouble(ComparisonEntry::getMeanAccuracy).reversed())
        .toList();
  }
}
