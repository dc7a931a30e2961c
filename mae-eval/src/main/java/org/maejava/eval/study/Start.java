package org.maejava.eval.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.maejava.eval.proto.WeightsPlan;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.run.Weights;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;
import org.maejava.weights.WeightDigest;

/**
 * What protocols start from, resolved as far as can be without training.
 *
 * @param name as tables show it; empty where there is one
 * @param plan as it was asked for
 * @param family of recipes that it is of
 * @param experiment whose images, patches and encoder it has
 * @param pretraining what has to be trained first
 * @param opened the weights, once they are there
 * @param digest SHA-256 of their values, once they are there
 */
record Start(
    String name,
    WeightsPlan plan,
    String family,
    Experiment experiment,
    Optional<PretrainingRecipe> pretraining,
    Optional<Weights> opened,
    String digest) {

  /**
   * Opens what is there already.
   *
   * @param epochsShare multiplies pre-training's epochs; 0: not at all
   * @param family named by the comparison; empty: of the weights themselves
   * @param change of the comparison, which may tell of a file what it does not
   * @throws IllegalArgumentException with what is wrong
   * @throws IOException if there is no such file
   */
  static Start of(WeightsPlan plan, double epochsShare, Optional<String> family, Experiment change)
      throws IOException {
    return switch (plan.getSourceCase()) {
      case PATH -> opened(plan, family, change);
      case PRETRAINING -> {
        var named =
            plan.getPretraining().hasRecipe()
                ? Recipes.familyIn(plan.getPretraining().getRecipe())
                : Optional.<String>empty();
        var of = family.or(() -> named).orElse(Recipes.DEFAULT_FAMILY);
        var recipe = PretrainingRecipe.of(plan.getPretraining(), epochsShare, of);
        yield new Start(
            plan.getName(),
            plan,
            of,
            recipe.experiment(),
            Optional.of(recipe),
            Optional.empty(),
            "");
      }
      case RANDOM -> {
        var of = family.orElse(Recipes.DEFAULT_FAMILY);
        var experiment = Recipes.load(of, Protocol.PRETRAIN.command(), List.of());
        yield new Start(
            plan.getName(), plan, of, experiment, Optional.empty(), Optional.empty(), "");
      }
      case SOURCE_NOT_SET ->
          throw new IllegalArgumentException(
              "weights \"%s\" have no source; set path, pretraining or random"
                  .formatted(plan.getName()));
    };
  }

  private static Start opened(WeightsPlan plan, Optional<String> family, Experiment change)
      throws IOException {
    var weights = Weights.open(Path.of(plan.getPath()));
    try {
      return new Start(
          plan.getName(),
          plan,
          family.isPresent() ? family.get() : weights.family(List.of(Recipes.text(change))),
          weights.experiment().orElseThrow(),
          Optional.empty(),
          Optional.of(weights),
          WeightDigest.of(weights.file()));
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** Random weights of another's network, which they are a control for. */
  Start like(Start other) {
    return new Start(
        name, plan, other.family, other.experiment, Optional.empty(), Optional.empty(), "");
  }

  /** This, trained. */
  Start trained(Weights weights) {
    return new Start(
        name,
        plan,
        family,
        experiment,
        pretraining,
        Optional.of(weights),
        WeightDigest.of(weights.file()));
  }

  /** Whether nothing has to be trained first. */
  boolean isReady() {
    return pretraining.isEmpty() || opened.isPresent();
  }

  /** What recipes must take over: images, patches, encoder, and the numbers that no shape tells. */
  List<String> geometry() {
    return List.of(Recipes.geometryOf(experiment), opened.map(Weights::numerics).orElse(""));
  }
}
