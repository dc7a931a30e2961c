package org.maejava.eval.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.maejava.config.Experiments;
import org.maejava.config.InvalidExperimentException;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.proto.Finetune;
import org.maejava.eval.proto.LabelBudget;
import org.maejava.eval.proto.LinearProbe;
import org.maejava.eval.proto.PretrainingPlan;
import org.maejava.eval.proto.ProtocolPlan;
import org.maejava.eval.proto.WeightsPlan;
import org.maejava.eval.recipe.Recipes;
import org.maejava.model.PatchGrid;
import org.maejava.proto.Experiment;
import org.maejava.words.Spelling;

/**
 * One of the paper's ablations, at the scale of a family of recipes: pre-training in each setting,
 * then the same protocols from each.
 *
 * @param plan of the comparison
 * @param leftOut settings that this family cannot have, with the reason, a sentence each
 */
public record Ablation(ComparisonPlan plan, List<String> leftOut) {

  private static final String FOLDER = "ablate/";

  /** As commands name them: Table 1 a to f, Figures 5 and 7. */
  public static final List<String> NAMES =
      List.of(
          "decoder-depth",
          "decoder-width",
          "mask-token",
          "target",
          "augmentation",
          "mask-sampling",
          "mask-ratio",
          "epochs");

  /**
   * What is asked for.
   *
   * @param data labelled
   * @param family of recipes
   * @param changes of pre-training in every setting, text-proto
   * @param evaluation changes of the protocols' recipes, text-proto
   * @param protocols {@code finetune}, {@code linear-probe}
   * @param labels labelled images in all; empty: all
   * @param seeds draws of labels and of what protocols draw, from 0 on
   * @param epochsShare multiplies all recipes' epochs
   */
  public record Request(
      String data,
      String family,
      List<String> changes,
      List<String> evaluation,
      List<String> protocols,
      Optional<Integer> labels,
      int seeds,
      double epochsShare) {}

  /**
   * An ablation by its name.
   *
   * @throws IllegalArgumentException if there is none of that name, or nothing of it is possible
   */
  public static Ablation of(String name, Request request) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "there is no ablation \"%s\"%s; there are %s"
              .formatted(name, Spelling.meant(name, NAMES), String.join(", ", NAMES)));
    }
    var bundled = Plans.bundled(FOLDER + name);
    var plan = Studies.seeds(bundled.toBuilder(), request.seeds()).clearWeights();
    plan.setData(request.data())
        .setFamily(request.family())
        .setChange(Recipes.changed(Experiment.getDefaultInstance(), request.evaluation()));
    if (request.epochsShare() != 1) {
      plan.setEpochsShare(request.epochsShare());
    }
    request.labels().ifPresent(n -> plan.addLabels(LabelBudget.newBuilder().setTotal(n)));
    request.protocols().forEach(protocol -> plan.addProtocols(protocol(protocol)));

    var leftOut = new ArrayList<String>();
    var settings = new HashMap<Experiment, String>();
    var all = bundled.getWeightsList().stream().map(weights -> changed(weights, request)).toList();
    // Of settings that come to the same, the recipe's own is not left out.
    all.stream()
        .filter(weights -> isOwn(weights, request))
        .findFirst()
        .ifPresent(weights -> settings.put(alike(own(request)), weights.getName()));
    for (var changed : all) {
      try {
        var experiment = recipe(changed, request).experiment();
        requireLight(experiment);
        var same = settings.putIfAbsent(alike(experiment), changed.getName());
        if (same == null || same.equals(changed.getName())) {
          plan.addWeights(changed);
        } else {
          leftOut.add(
              "\"%s\" is left out: at this scale it is \"%s\"".formatted(changed.getName(), same));
        }
      } catch (InvalidExperimentException e) {
        leftOut.add("\"%s\" is left out: %s".formatted(changed.getName(), e.getMessage()));
      }
    }
    if (plan.getWeightsCount() < 2) {
      throw new IllegalArgumentException(
          "%s cannot be compared with recipes of %s: %s"
              .formatted(name, request.family(), String.join("; ", leftOut)));
    }
    return new Ablation(baseline(plan, request).build(), leftOut);
  }

  private static WeightsPlan changed(WeightsPlan weights, Request request) {
    var changed = weights.toBuilder();
    changed
        .getPretrainingBuilder()
        .setChange(
            Experiments.merge(
                Recipes.changed(Experiment.getDefaultInstance(), request.changes()),
                weights.getPretraining().getChange()));
    return changed.build();
  }

  private static Experiment own(Request request) {
    var change = Recipes.changed(Experiment.getDefaultInstance(), request.changes());
    return PretrainingRecipe.of(
            PretrainingPlan.newBuilder().setChange(change).build(), 0, request.family())
        .experiment();
  }

  private static boolean isOwn(WeightsPlan weights, Request request) {
    try {
      return recipe(weights, request).experiment().equals(own(request));
    } catch (InvalidExperimentException e) {
      return false;
    }
  }

  /** The same for settings that hide as many patches. */
  private static Experiment alike(Experiment experiment) {
    var alike = experiment.toBuilder();
    var grid = PatchGrid.of(experiment.getModel());
    double visible = grid.visibleCount(experiment.getModel().getMaskRatio());
    alike.getModelBuilder().setMaskRatio(1 - visible / grid.count());
    return alike.build();
  }

  private static PretrainingRecipe recipe(WeightsPlan weights, Request request) {
    return PretrainingRecipe.of(weights.getPretraining(), 0, request.family());
  }

  private static void requireLight(Experiment experiment) {
    int decoder = experiment.getModel().getDecoder().getDepth();
    int encoder = experiment.getModel().getEncoder().getDepth();
    if (decoder > encoder) {
      throw new InvalidExperimentException(
          "the recipe",
          List.of(
              "a decoder of %d blocks is deeper than the encoder's %d"
                  .formatted(decoder, encoder)));
    }
  }

  /** The setting that is the recipe's own, else the paper's default, if it is possible. */
  private static ComparisonPlan.Builder baseline(ComparisonPlan.Builder plan, Request request) {
    var names =
        plan.getWeightsList().stream()
            .filter(weights -> isOwn(weights, request))
            .map(WeightsPlan::getName)
            .findFirst();
    if (names.isPresent()) {
      return plan.setBaselineWeights(names.get());
    }
    boolean possible =
        plan.getWeightsList().stream()
            .anyMatch(weights -> weights.getName().equals(plan.getBaselineWeights()));
    return possible ? plan : plan.clearBaselineWeights();
  }

  private static ProtocolPlan protocol(String name) {
    var protocol = ProtocolPlan.newBuilder();
    return switch (name) {
      case "finetune" -> protocol.setFinetune(Finetune.getDefaultInstance()).build();
      case "linear-probe" -> protocol.setLinearProbe(LinearProbe.getDefaultInstance()).build();
      default ->
          throw new IllegalArgumentException(
              "--protocol %s is neither finetune nor linear-probe".formatted(name));
    };
  }
}
