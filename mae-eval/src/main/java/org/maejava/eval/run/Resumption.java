package org.maejava.eval.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.maejava.config.InvalidExperimentException;
import org.maejava.config.RecipeDiff;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.run.RecipeChoice.Found;
import org.maejava.eval.run.RunRequest.Start;
import org.maejava.proto.DataDescription;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.train.Checkpoint;

/**
 * A run that goes on, beside what it was: by the same recipe and, unless it is asked for, with the
 * same images.
 *
 * @param folder the run's
 * @param before its record
 * @param now its record as it would be
 * @param start how it goes on
 */
record Resumption(Path folder, RunRecord before, RunRecord now, Start start) {

  /** Whether the images are others than before. */
  boolean hasOtherImages() {
    return !before.getData().getDigest().equals(now.getData().getDigest());
  }

  /**
   * Accepts a run that can go on as it is asked for. Before its first checkpoint other images are
   * no harm: nothing was learned from those before.
   *
   * @throws IllegalArgumentException saying what differs, and what can be done
   */
  void require(Optional<Checkpoint> checkpoint) {
    var problems = new ArrayList<String>();
    otherRecipe(before.getExperiment(), now.getExperiment()).ifPresent(problems::add);
    boolean drawsAsBefore =
        hasSameLabels(before.getExperiment(), now.getExperiment())
            && before.getExperiment().getTraining().getSeed()
                == now.getExperiment().getTraining().getSeed();
    if (checkpoint.isPresent() && hasOtherImages() && drawsAsBefore) {
      int step = checkpoint.get().state().getStep();
      if (step >= Math.min(before.getTotalSteps(), now.getTotalSteps())) {
        problems.add(
            "all %,d steps were done, and with other images nothing would be trained: %s; begin another run with another --out"
                .formatted(step, images()));
      } else if (!before.getData().getClassesList().equals(now.getData().getClassesList())) {
        problems.add("the images are of other classes than before: " + images());
      } else if (!(start instanceof Start.Resuming resuming && resuming.changedData())) {
        problems.add(
            "the images have changed since: %s; to go on with them as they are add --changed-data"
                .formatted(images()));
      }
    }
    if (!problems.isEmpty()) {
      throw refused(folder, problems);
    }
  }

  private static boolean hasSameLabels(Experiment one, Experiment other) {
    return one.getData().getLabelledImages() == other.getData().getLabelledImages();
  }

  /**
   * A recipe that a run goes on with, though changed.
   *
   * @param before the run's own
   * @throws IllegalArgumentException that it is another, where the changes make it an impossible
   *     one
   */
  static Found unchanged(
      Path folder, Experiment before, List<String> changes, Supplier<Found> changed) {
    try {
      return changed.get();
    } catch (InvalidExperimentException e) {
      var other = otherRecipe(before, Recipes.changed(before, changes)).orElseThrow(() -> e);
      throw refused(folder, List.of(other));
    }
  }

  private static Optional<String> otherRecipe(Experiment before, Experiment now) {
    var recipe = RecipeDiff.betweenRuns(before, now);
    if (recipe.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "of the recipe %s; leave --recipe, --set, --epochs%s and --seed out to go on with its own"
            .formatted(
                RecipeDiff.sinceThen(recipe), hasSameLabels(before, now) ? "" : ", --labels"));
  }

  private static IllegalArgumentException refused(Path folder, List<String> problems) {
    return new IllegalArgumentException(
        "%s cannot go on: %s; or start over with --overwrite"
            .formatted(folder, String.join("; ", problems)));
  }

  /** What is said of images that have changed; empty: they have not. */
  String remark(Optional<Checkpoint> checkpoint) {
    if (!hasOtherImages()) {
      return "";
    }
    return checkpoint.isEmpty()
        ? "the images have changed since it was begun, before its first checkpoint: " + images()
        : "from step %d on with changed images: %s%s"
            .formatted(
                checkpoint.get().state().getStep(),
                images(),
                now.getData().getEvaluationImages() > 0
                    ? "; of those for evaluation some may have been trained on before"
                    : "");
  }

  /** The checkpoint as one of these images. */
  Checkpoint ofTheseImages(Checkpoint checkpoint) {
    var state = checkpoint.state().toBuilder().setDataDigest(now.getData().getDigest());
    return new Checkpoint(checkpoint.folder(), state.build());
  }

  /** What was recorded, without what is known of images that may have been repaired. */
  RunRecord recorded() {
    return hasOtherImages() ? before.toBuilder().clearUnreadable().build() : before;
  }

  private String images() {
    var then = counts(before.getData());
    var today = counts(now.getData());
    return "%s has %s, %s"
        .formatted(
            now.getData().getSpec(),
            today,
            then.equals(today)
                ? "as before, but names or sizes are others"
                : "and %s had %s".formatted(before.getData().getSpec(), then));
  }

  private static String counts(DataDescription data) {
    return String.format(
        Locale.ROOT,
        "%,d for training and %,d for evaluation",
        data.getTrainingImages(),
        data.getEvaluationImages());
  }
}
