package org.maejava.eval.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import org.maejava.config.RecipeDiff;
import org.maejava.eval.run.RunRequest.Start;
import org.maejava.proto.DataDescription;
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
    var recipe = RecipeDiff.betweenRuns(before.getExperiment(), now.getExperiment());
    if (!recipe.isEmpty()) {
      problems.add(
          "of the recipe %s; leave --recipe, --set and --epochs out to go on with its own"
              .formatted(RecipeDiff.sinceThen(recipe)));
    }
    if (checkpoint.isPresent() && hasOtherImages()) {
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
      throw new IllegalArgumentException(
          "%s cannot go on: %s; or start over with --overwrite"
              .formatted(folder, String.join("; ", problems)));
    }
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
