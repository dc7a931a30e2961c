package org.maejava.eval.study;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.maejava.eval.probe.NearestNeighbours;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.proto.LabelBudget;
import org.maejava.eval.proto.Search;
import org.maejava.eval.recipe.Recipes;
import org.maejava.proto.Experiment;

/**
 * Quick looks at what frozen features are worth: comparisons of protocols that train nothing.
 *
 * @param weights as {@code --weights} takes them
 * @param data with labels and an evaluation half
 * @param family or recipe whose view and pooling are taken; empty: that of the weights
 * @param changes of it, text-proto
 * @param labels how many; empty: all
 * @param seed of the first draw of labels
 * @param seeds how many draws
 */
public record Looks(
    Path weights,
    Optional<String> data,
    Optional<String> family,
    List<String> changes,
    Optional<Integer> labels,
    long seed,
    int seeds) {

  /**
   * A row for each number of neighbours.
   *
   * @throws IllegalArgumentException if a number is impossible
   */
  public ComparisonPlan nearestNeighbours(List<Integer> neighbours, double temperature) {
    var plan = plan("k nearest neighbours");
    for (int k : neighbours) {
      var checked = new NearestNeighbours(k, temperature);
      plan.addProtocolsBuilder()
          .getNearestNeighboursBuilder()
          .addNeighbours(checked.neighbours())
          .setTemperature(checked.temperature());
    }
    return named(plan);
  }

  /**
   * One row, its penalty chosen on held-out labels if there are several.
   *
   * @param heldOut share of each class's labels
   */
  public ComparisonPlan logisticRegression(List<Double> penalties, double heldOut) {
    var plan = plan("Linear probe by L-BFGS");
    plan.addProtocolsBuilder().getFeatureProbeBuilder().addAllPenalties(penalties);
    if (penalties.size() != 1) {
      plan.setSearch(Search.newBuilder().setHeldOutShare(heldOut));
    }
    return named(plan);
  }

  private ComparisonPlan.Builder plan(String title) {
    var plan = ComparisonPlan.newBuilder().setTitle(title);
    plan.addWeightsBuilder().setPath(weights.toString());
    data.ifPresent(plan::setData);
    plan.setChange(Recipes.changed(Experiment.getDefaultInstance(), changes));
    labels.ifPresent(total -> plan.addLabels(LabelBudget.newBuilder().setTotal(total)));
    if (seeds < 1) {
      throw new IllegalArgumentException("--seeds " + seeds + " must be at least 1");
    }
    for (int i = 0; i < seeds; i++) {
      plan.addSeeds(seed + i);
    }
    return plan;
  }

  /** A family's name stands for its recipes; a recipe's or a file's is the protocols' own. */
  private ComparisonPlan named(ComparisonPlan.Builder plan) {
    if (family.isPresent() && Recipes.families().contains(family.get())) {
      plan.setFamily(family.get());
    } else if (family.isPresent()) {
      plan.getProtocolsBuilderList().forEach(protocol -> protocol.setRecipe(family.get()));
    }
    return plan.build();
  }
}
