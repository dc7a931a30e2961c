package org.maejava.config;

import org.maejava.proto.Experiment;
import org.maejava.proto.TrainingConfig;
import org.maejava.words.Counted;

/**
 * How long a recipe trains. It may count image passes, which become epochs as soon as it is known
 * how many images there are; what trains knows epochs only.
 */
public final class TrainingLength {

  private TrainingLength() {}

  /**
   * The same recipe in epochs, warm-up included: as many whole ones as come closest to its image
   * passes, at least one.
   *
   * @param images of training
   */
  public static Experiment inEpochs(Experiment experiment, int images) {
    var training = experiment.getTraining();
    int epochs =
        training.hasImagePasses() && images > 0
            ? atLeastOne((double) training.getImagePasses() / images)
            : training.getEpochs();
    var changed = experiment.toBuilder();
    changed.getTrainingBuilder().setEpochs(epochs);
    if (training.hasWarmupShare()) {
      changed.getTrainingBuilder().setWarmupEpochs(training.getWarmupShare() * epochs);
    }
    return changed.build();
  }

  /**
   * A checked recipe with so many epochs, its warm-up in proportion.
   *
   * @throws IllegalArgumentException if there is not one epoch at least
   */
  public static Experiment lasting(Experiment experiment, int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("--epochs " + epochs + " must be at least 1");
    }
    var changed = experiment.toBuilder();
    var training = experiment.getTraining();
    changed.getTrainingBuilder().setEpochs(epochs);
    if (training.hasWarmupEpochs()) {
      changed
          .getTrainingBuilder()
          .setWarmupEpochs(training.getWarmupEpochs() * epochs / training.getEpochs());
    }
    return changed.build();
  }

  /** A checked recipe that lasts this multiple of its length, its warm-up in proportion. */
  public static Experiment times(Experiment experiment, double multiple) {
    var training = experiment.getTraining();
    if (!training.hasImagePasses()) {
      return lasting(experiment, atLeastOne(multiple * training.getEpochs()));
    }
    var changed = experiment.toBuilder();
    changed
        .getTrainingBuilder()
        .setImagePasses(Math.max(1, Math.round(multiple * training.getImagePasses())));
    return changed.build();
  }

  /**
   * The largest batch of which so many images fill an update; an even one if pairs are mixed.
   *
   * @param accumulated batches in an update; with more than there are images, as many as these
   */
  public static int largestBatch(Experiment experiment, int images, int accumulated) {
    int batch = images / Math.max(1, Math.min(images, accumulated));
    return experiment.getData().hasMixing() ? batch - batch % 2 : batch;
  }

  /** In words, as {@code 48 epochs} or {@code 720,000 image passes}. */
  public static String words(TrainingConfig training) {
    return training.hasImagePasses()
        ? Counted.of(training.getImagePasses(), "image pass")
        : Counted.of(training.getEpochs(), "epoch");
  }

  private static int atLeastOne(double epochs) {
    return (int) Math.max(1, Math.round(epochs));
  }
}
