package org.maejava.eval.compare;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableTable;
import com.google.common.collect.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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

  /** The highest mean accuracy with this number of labels, the first of equals. */
  public ComparisonEntry best(int labels) {
    ComparisonEntry best = null;
    for (var entry : cells.column(labels).values()) {
      if (best == null || entry.getMeanAccuracy() > best.getMeanAccuracy()) {
        best = entry;
      }
    }
    return Objects.requireNonNull(best, () -> "no protocol was run with " + labels + " labels");
  }

  /** The protocols that the best one beats by more than noise, the closest first. */
  public List<ComparisonEntry> beaten(int labels) {
    return others(labels, true);
  }

  /** The protocols that may be as good as the best one, the closest first. */
  public List<ComparisonEntry> withinNoise(int labels) {
    return others(labels, false);
  }

  private List<ComparisonEntry> others(int labels, boolean differing) {
    var best = best(labels);
    return cells.column(labels).values().stream()
        .filter(entry -> !entry.getProtocol().equals(best.getProtocol()))
        .filter(entry -> Statistics.differ(best, entry) == differing)
        .sorted(Comparator.comparingDouble(ComparisonEntry::getMeanAccuracy).reversed())
        .toList();
  }
}
