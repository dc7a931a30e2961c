package org.maejava.eval.study;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.maejava.config.TrainingLength;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;

/** Comparisons as they are asked for: files, and the bundled ones with what is changed of them. */
public final class Studies {

  private static final String DEMO = "demo";

  private Studies() {}

  /**
   * A file's comparison.
   *
   * @throws org.maejava.config.InvalidExperimentException if it cannot be read, with line and
   *     column
   */
  public static ComparisonPlan read(Path file) {
    return Plans.read(file);
  }

  /**
   * The bundled comparison that shows the whole path in minutes.
   *
   * @param changes of the pre-training recipe, text-proto
   * @param epochs of pre-training, the comparison's in proportion; empty: as the recipes say
   * @param seeds draws of labels for each row and column
   * @throws IllegalArgumentException if there is not one seed and one epoch at least
   */
  public static ComparisonPlan demo(List<String> changes, Optional<Integer> epochs, int seeds) {
    var plan = Plans.bundled(DEMO).toBuilder();
    plan.getWeightsBuilder(0)
        .getPretrainingBuilder()
        .setChange(Recipes.changed(Experiment.getDefaultInstance(), changes));
    if (epochs.isPresent()) {
      var recipe = Recipes.load(plan.getFamily(), Protocol.PRETRAIN.command(), changes);
      if (recipe.getTraining().hasImagePasses()) {
        throw new IllegalArgumentException(
            "--epochs %d and training.image_passes %d say two lengths; leave one of them out"
                .formatted(epochs.get(), recipe.getTraining().getImagePasses()));
      }
      int lasting = TrainingLength.lasting(recipe, epochs.get()).getTraining().getEpochs();
      plan.setEpochsShare((double) lasting / recipe.getTraining().getEpochs());
    }
    return seeds(plan, seeds).build();
  }

  /** With seeds from 0 on. */
  static ComparisonPlan.Builder seeds(ComparisonPlan.Builder plan, int seeds) {
    if (seeds < 1) {
      throw new IllegalArgumentException("--seeds " + seeds + " must be at least 1");
    }
    return plan.clearSeeds().addAllSeeds(LongStream.range(0, seeds).boxed().toList());
  }
}
