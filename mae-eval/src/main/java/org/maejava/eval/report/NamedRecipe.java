package org.maejava.eval.report;

import com.google.protobuf.TextFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maejava.eval.proto.NamedRun;
import org.maejava.proto.Experiment;

/**
 * A recipe of a report.
 *
 * @param name of its run, or of all of them
 * @param text as text-proto; of runs that differ in their seed alone, the first's
 */
public record NamedRecipe(String name, String text) {

  /** Every recipe of some runs once, in their order. */
  static List<NamedRecipe> of(List<NamedRun> runs) {
    Map<Experiment, List<NamedRun>> sharing = new LinkedHashMap<>();
    for (var named : runs) {
      if (named.getRun().hasExperiment()) {
        var recipe = named.getRun().getExperiment().toBuilder();
        recipe.getTrainingBuilder().clearSeed();
        sharing.computeIfAbsent(recipe.build(), same -> new ArrayList<>()).add(named);
      }
    }
    return sharing.values().stream().map(NamedRecipe::ofOne).toList();
  }

  private static NamedRecipe ofOne(List<NamedRun> runs) {
    var names = runs.stream().map(NamedRun::getName).distinct().toList();
    long seeds =
        runs.stream()
            .map(named -> named.getRun().getExperiment().getTraining().getSeed())
            .distinct()
            .count();
    return new NamedRecipe(
        String.join("; ", names) + (seeds > 1 ? " (of %d seeds the first)".formatted(seeds) : ""),
        TextFormat.printer().printToString(runs.get(0).getRun().getExperiment()));
  }
}
