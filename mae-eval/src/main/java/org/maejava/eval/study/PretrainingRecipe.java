package org.maejava.eval.study;

import java.util.ArrayList;
import java.util.List;
import org.maejava.config.TrainingLength;
import org.maejava.eval.proto.PretrainingPlan;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;

/**
 * What a comparison trains first, as a recipe.
 *
 * @param recipe its name
 * @param changes of it, text-proto
 * @param experiment both together, checked
 */
record PretrainingRecipe(String recipe, List<String> changes, Experiment experiment) {

  /** Position tables take a quarter of the width for the sine of a row, and so on. */
  private static final int POSITION_PARTS = 4;

  /**
   * Of a plan.
   *
   * @param epochsShare multiplies the epochs, after the plan's own share; 0: not at all
   * @param family of the recipe, if the plan names none
   * @throws org.maejava.config.InvalidExperimentException listing everything that is wrong
   */
  static PretrainingRecipe of(PretrainingPlan plan, double epochsShare, String family) {
    var protocol = Protocol.PRETRAIN.command();
    var recipe = Recipes.name(plan.hasRecipe() ? plan.getRecipe() : family, protocol);
    var changes = new ArrayList<String>();
    changes.add(
        Recipes.text(
            Recipes.inProportion(
                plan.getChange(), () -> Recipes.load(recipe, protocol, List.of()))));
    var complete = new ArrayList<>(changes);
    if (plan.hasPcaShare()) {
      complete.add("model { pca { coefficients: 1 } }");
    }
    var base = Recipes.load(recipe, protocol, complete);
    if (plan.hasDecoderWidthShare()) {
      changes.add(width(base, plan.getDecoderWidthShare()));
    }
    if (plan.hasPcaShare()) {
      changes.add(coefficients(base, plan.getPcaShare()));
    }
    double share =
        (plan.hasEpochsShare() ? plan.getEpochsShare() : 1) * (epochsShare == 0 ? 1 : epochsShare);
    if (share != 1) {
      var lasting = TrainingLength.times(Recipes.load(recipe, protocol, changes), share);
      changes.add(Recipes.lengthOf(lasting));
    }
    var experiment = Recipes.load(recipe, protocol, changes);
    return new PretrainingRecipe(
        recipe, List.copyOf(changes), Protocol.PRETRAIN.require(experiment, recipe));
  }

  private static String width(Experiment base, double share) {
    int heads = base.getModel().getDecoder().getHeads();
    int unit = heads % POSITION_PARTS == 0 ? heads : heads * POSITION_PARTS / gcd(heads);
    int width = base.getModel().getEncoder().getWidth();
    long units = Math.max(1, Math.round(share * width / unit));
    return "model { decoder { width: %d } }".formatted(units * unit);
  }

  private static int gcd(int heads) {
    return heads % 2 == 0 ? 2 : 1;
  }

  private static String coefficients(Experiment base, double share) {
    var model = base.getModel();
    int values =
        model.getPatch().getHeight() * model.getPatch().getWidth() * model.getImage().getChannels();
    return "model { pca { coefficients: %d } }".formatted(Math.max(1, Math.round(share * values)));
  }
}
