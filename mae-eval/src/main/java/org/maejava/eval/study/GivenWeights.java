package org.maejava.eval.study;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.maejava.data.source.Source;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.run.Misfits;
import org.maejava.eval.run.Weights;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;

/**
 * What is no mistake of a comparison and may yet not be what was meant, of weights that are there
 * already.
 */
final class GivenWeights {

  private GivenWeights() {}

  /** In sentences. */
  static List<String> remarks(ComparisonPlan plan, List<Start> starts, Source training) {
    var remarks = new ArrayList<String>();
    var models = new LinkedHashSet<ModelConfig>();
    for (var start : starts) {
      if (!start.plan().hasPath()) {
        continue;
      }
      models.add(start.experiment().getModel());
      start.opened().flatMap(Weights::unfinished).ifPresent(remarks::add);
      if (plan.hasFamily() && !isOfFamily(plan, start.experiment())) {
        remarks.add(
            "the weights %s bring their own images, patches and encoder, not those of the family %s: all rows from them, and from scratch beside them, have these"
                .formatted(start.plan().getPath(), plan.getFamily()));
      }
    }
    for (var model : models) {
      Misfits.ofImages(model, training).ifPresent(remarks::add);
    }
    return remarks;
  }

  private static boolean isOfFamily(ComparisonPlan plan, Experiment experiment) {
    var changes = List.of(Recipes.text(plan.getChange()));
    var own = Recipes.load(plan.getFamily(), Protocol.PRETRAIN.command(), List.of());
    return Recipes.haveOneShape(experiment, Recipes.changed(own, changes));
  }
}
