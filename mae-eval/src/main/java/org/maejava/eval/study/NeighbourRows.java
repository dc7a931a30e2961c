package org.maejava.eval.study;

import com.google.common.base.Joiner;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.maejava.data.source.DataException;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.compare.Budget;
import org.maejava.eval.probe.NearestNeighbours;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.proto.ProtocolPlan;
import org.maejava.words.Counted;

/**
 * Numbers of nearest neighbours that are above the number of labelled images say the same, that all
 * of them vote: of those one row is enough. Rows that have a name stay as they are.
 *
 * @param plan with no other k above that number than the number itself
 * @param note what was changed; empty: nothing
 */
record NeighbourRows(ComparisonPlan plan, Optional<String> note) {

  /** With the most labels that a cell of the comparison has. */
  static NeighbourRows of(ComparisonPlan plan, ImageSet data) {
    var most = mostLabels(plan, data);
    if (most.isEmpty()) {
      return new NeighbourRows(plan, Optional.empty());
    }
    var changed = plan.toBuilder().clearProtocols();
    var tooMany = new TreeSet<Integer>();
    var rows = new HashSet<ProtocolPlan>();
    for (var protocol : plan.getProtocolsList()) {
      if (!protocol.hasNearestNeighbours() || protocol.hasName()) {
        changed.addProtocols(protocol);
        continue;
      }
      var row = atMost(protocol, most.getAsInt(), tooMany);
      if (rows.add(row)) {
        changed.addProtocols(row);
      }
    }
    return tooMany.isEmpty()
        ? new NeighbourRows(plan, Optional.empty())
        : new NeighbourRows(
            changed.build(),
            Optional.of(
                "of %s no more can vote: k = %d stands for k = %s"
                    .formatted(
                        Counted.of(most.getAsInt(), "labelled image"),
                        most.getAsInt(),
                        Joiner.on(", ").join(tooMany))));
  }

  private static ProtocolPlan atMost(ProtocolPlan protocol, int most, TreeSet<Integer> tooMany) {
    var neighbours = numbers(protocol.getNearestNeighbours());
    var above = neighbours.stream().filter(k -> k > most).toList();
    if (above.isEmpty()) {
      return protocol;
    }
    tooMany.addAll(above);
    var changed = protocol.toBuilder();
    changed
        .getNearestNeighboursBuilder()
        .clearNeighbours()
        .addAllNeighbours(neighbours.stream().map(k -> Math.min(k, most)).distinct().toList());
    return changed.build();
  }

  private static List<Integer> numbers(org.maejava.eval.proto.NearestNeighbours plan) {
    return plan.getNeighboursCount() == 0
        ? NearestNeighbours.DEFAULT_NEIGHBOURS
        : plan.getNeighboursList();
  }

  /** Empty where the labels cannot be drawn, which is found and said elsewhere. */
  private static OptionalInt mostLabels(ComparisonPlan plan, ImageSet data) {
    try {
      return Budget.of(plan).stream()
          .mapToInt(budget -> budget.draw(data, 0).training().size())
          .max();
    } catch (DataException | IllegalArgumentException e) {
      return OptionalInt.empty();
    }
  }
}
