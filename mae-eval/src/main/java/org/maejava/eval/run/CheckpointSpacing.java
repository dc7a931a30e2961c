package org.maejava.eval.run;

import org.maejava.config.TrainingLength;
import org.maejava.data.DataPlan;
import org.maejava.data.source.Source;
import org.maejava.proto.Experiment;

/** How many updates lie between two checkpoints where nobody says. */
final class CheckpointSpacing {

  /** So much of a run is lost at most when it is killed... */
  private static final int CHECKPOINTS = 20;

  /** ... but runs of seconds are not spent on writing. */
  private static final int IMAGES_BETWEEN = 2000;

  private CheckpointSpacing() {}

  /**
   * A twentieth of a run.
   *
   * @param recipe of the run
   * @param training its images
   * @throws IllegalArgumentException if there are too few for any update
   */
  static int of(Experiment recipe, Source training) {
    var experiment = TrainingLength.forImages(recipe, training.size());
    var config = experiment.getTraining();
    int update = Math.toIntExact(TrainingLength.imagesOfAnUpdate(config));
    long total = (long) DataPlan.updatesPerEpoch(training, config) * config.getEpochs();
    return Math.toIntExact(Math.max(total / CHECKPOINTS, (IMAGES_BETWEEN + update - 1) / update));
  }
}
