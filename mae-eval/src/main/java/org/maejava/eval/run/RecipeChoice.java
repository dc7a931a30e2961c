package org.maejava.eval.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maejava.config.TrainingLength;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;

/**
 * A recipe as it is asked for.
 *
 * @param name of a family, a recipe, or a file; empty: the family of the weights, or the default
 * @param changes text-proto that wins over the recipe
 * @param epochs to shorten or lengthen it to, warm-up in proportion; empty: as the recipe says
 */
public record RecipeChoice(Optional<String> name, List<String> changes, Optional<Integer> epochs) {

  /**
   * A recipe that was found.
   *
   * @param name for records
   * @param experiment complete and checked
   * @param remark what was made of it, as a sentence; empty: nothing
   */
  public record Found(String name, Experiment experiment, String remark) {}

  /**
   * The recipe of a run that goes on, where no other is named.
   *
   * @param shown its name
   * @param before complete
   */
  Found goingOn(Protocol protocol, String shown, Experiment before) {
    var experiment = Recipes.change(protocol.require(before, shown), shown, changes);
    return inTime(shown, experiment);
  }

  /**
   * The recipe for a protocol.
   *
   * @param weights that the run starts from: without a name they bring family and geometry, and in
   *     any case the numbers that no shape tells
   * @throws IllegalArgumentException if there is none, or it is of another protocol
   */
  public Found find(Protocol protocol, Optional<Weights> weights) {
    var all = new ArrayList<String>();
    var family = name;
    var pretrained = weights.flatMap(Weights::experiment);
    if (family.isEmpty() && pretrained.isPresent()) {
      family = Optional.of(weights.orElseThrow().family(changes));
      all.add(Recipes.geometryOf(pretrained.get()));
    }
    weights.map(Weights::numerics).ifPresent(all::add);
    all.addAll(changes);
    var full = Recipes.name(family.orElse(Recipes.DEFAULT_FAMILY), protocol.command());
    var experiment = protocol.require(Recipes.load(full, protocol.command(), all), full);
    return inTime(full, experiment);
  }

  private Found inTime(String recipe, Experiment experiment) {
    return epochs.isEmpty()
        ? new Found(recipe, experiment, "")
        : lasting(recipe, experiment, epochs.get());
  }

  private static Found lasting(String recipe, Experiment experiment, int epochs) {
    var changed = TrainingLength.lasting(experiment, epochs);
    if (changed.equals(experiment)) {
      return new Found(recipe, experiment, "");
    }
    var remark =
        String.format(
            Locale.ROOT,
            "%s instead of the %s of %s, %.3g of them warm-up",
            TrainingLength.words(changed.getTraining()),
            TrainingLength.words(experiment.getTraining()),
            recipe,
            TrainingLength.forImages(changed, Integer.MAX_VALUE).getTraining().getWarmupEpochs());
    return new Found(recipe, changed, remark);
  }
}
