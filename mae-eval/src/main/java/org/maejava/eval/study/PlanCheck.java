package org.maejava.eval.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.maejava.config.InvalidExperimentException;
import org.maejava.config.TrainingLength;
import org.maejava.data.source.DataException;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.compare.Budget;
import org.maejava.eval.compare.Candidate;
import org.maejava.eval.compare.ComparisonRun.Grid;
import org.maejava.eval.proto.ChartPlan;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.proto.WeightsPlan;
import org.maejava.proto.Experiment;
import org.maejava.words.Counted;

/**
 * What must hold of a comparison before hours are spent on it: everything that is wrong at once;
 * and what may not be what was meant.
 */
final class PlanCheck {

  private final List<String> problems = new ArrayList<>();

  /** What few images change, and of whom. */
  private final Map<String, List<String>> changes = new LinkedHashMap<>();

  private PlanCheck() {}

  /** Of the plan alone. */
  static void require(ComparisonPlan plan) {
    var check = new PlanCheck();
    if (plan.getProtocolsCount() == 0) {
      check.problems.add(
          "there are no protocols; add protocols { finetune {} } and what it is compared with");
    }
    if (plan.hasEpochsShare()
        && !(plan.getEpochsShare() > 0 && plan.getEpochsShare() < Double.POSITIVE_INFINITY)) {
      check.problems.add("epochs_share %s must be above 0".formatted(plan.getEpochsShare()));
    }
    check.names(plan);
    check.search(plan);
    check.seeds(plan);
    plan.getChartsList().forEach(chart -> check.chart(chart, plan));
    check.done();
  }

  /**
   * Of what it comes to with these data.
   *
   * @return what is otherwise than the recipes say, in sentences
   */
  static List<String> require(Grid grid) {
    var check = new PlanCheck();
    var drawn = new HashMap<Integer, Budget>();
    for (var budget : grid.budgets()) {
      try {
        var cell = budget.draw(grid.data(), grid.seeds().get(0));
        var other = drawn.put(cell.training().size(), budget);
        if (other != null) {
          check.problems.add(
              "labels: \"%s\" and \"%s\" are both %s"
                  .formatted(
                      other.name(), budget.name(), Counted.of(cell.training().size(), "image")));
        }
        for (var candidate : grid.candidates()) {
          check.fits(candidate, budget, cell, grid);
        }
      } catch (DataException | IllegalArgumentException e) {
        check.problems.add("labels, \"%s\": %s".formatted(budget.name(), e.getMessage()));
      }
    }
    check.done();
    return check.changes.entrySet().stream()
        .map(change -> "%s (%s)".formatted(change.getKey(), names(change.getValue())))
        .toList();
  }

  private void fits(Candidate candidate, Budget budget, ImageSet cell, Grid grid) {
    var variants = candidate.variants(budget);
    var smallest = cell;
    if (variants.size() > 1) {
      if (grid.search().isEmpty()) {
        problems.add(
            "\"%s\" has %d variants to choose from; say how many labels are held out for that: search { held_out_share: 0.2 }"
                .formatted(candidate.name(), variants.size()));
        return;
      }
      smallest = Budget.heldOut(cell, grid.search().get().getHeldOutShare(), grid.seeds().get(0));
    }
    int images = smallest.training().size();
    variants.stream()
        .flatMap(variant -> variant.trainsWith().stream())
        .findFirst()
        .ifPresent(recipe -> fits(candidate, budget, recipe, images));
  }

  private void fits(Candidate candidate, Budget budget, Experiment recipe, int images) {
    try {
      var made = TrainingLength.forImages(recipe, images);
      TrainingLength.smallerUpdate(recipe, made, images)
          .ifPresent(
              change ->
                  changes.computeIfAbsent(change, c -> new ArrayList<>()).add(candidate.name()));
    } catch (IllegalArgumentException e) {
      problems.add("\"%s\" with %s: %s".formatted(candidate.name(), budget.name(), e.getMessage()));
    }
  }

  private static String names(List<String> names) {
    return names.size() > 2
        ? "\"%s\" and %d others".formatted(names.get(0), names.size() - 1)
        : names.stream().map("\"%s\""::formatted).collect(Collectors.joining(" and "));
  }

  private void names(ComparisonPlan plan) {
    var seen = new HashSet<String>();
    for (var weights : plan.getWeightsList()) {
      if (plan.getWeightsCount() > 1 && weights.getName().isEmpty()) {
        problems.add("weights: where there are several, each needs a name");
      } else if (!seen.add(weights.getName())) {
        problems.add("weights: \"%s\" is there twice".formatted(weights.getName()));
      }
    }
    if (plan.hasBaseline() && plan.hasBaselineWeights()) {
      problems.add("baseline and baseline_weights exclude each other");
    }
    if (plan.hasBaselineWeights() && !seen.contains(plan.getBaselineWeights())) {
      problems.add(
          "baseline_weights: \"%s\" is not among %s".formatted(plan.getBaselineWeights(), seen));
    }
  }

  private void search(ComparisonPlan plan) {
    if (!plan.hasSearch()) {
      return;
    }
    var search = plan.getSearch();
    double share = search.getHeldOutShare();
    if (!(share > 0 && share < 1)) {
      problems.add("search.held_out_share %s must be above 0 and below 1".formatted(share));
    }
    search.getRatesList().stream()
        .filter(rate -> !(rate > 0 && rate < Double.POSITIVE_INFINITY))
        .forEach(rate -> problems.add("search.rates %s must be above 0".formatted(rate)));
    search.getEpochsList().stream()
        .filter(epochs -> !(epochs > 0 && epochs < Double.POSITIVE_INFINITY))
        .forEach(epochs -> problems.add("search.epochs %s must be above 0".formatted(epochs)));
  }

  private void seeds(ComparisonPlan plan) {
    var seen = new HashSet<Long>();
    plan.getSeedsList().stream()
        .filter(seed -> !seen.add(seed))
        .forEach(seed -> problems.add("seeds: %d is there twice".formatted(seed)));
  }

  private void chart(ChartPlan chart, ComparisonPlan plan) {
    var names = plan.getWeightsList().stream().map(WeightsPlan::getName).toList();
    var unknown =
        chart.getWeights().getNamesList().stream().filter(name -> !names.contains(name)).toList();
    if (!unknown.isEmpty()) {
      problems.add(
          "charts \"%s\": there are no weights named %s; there are %s"
              .formatted(chart.getTitle(), unknown, names));
    }
    if (chart.getAxisCase() == ChartPlan.AxisCase.AXIS_NOT_SET) {
      problems.add(
          "charts \"%s\" has no axis; set weights {}, blocks {} or labels {}"
              .formatted(chart.getTitle()));
    }
  }

  private void done() {
    if (!problems.isEmpty()) {
      throw new InvalidExperimentException("the comparison", problems);
    }
  }
}
