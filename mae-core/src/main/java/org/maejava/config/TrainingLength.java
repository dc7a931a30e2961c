package org.maejava.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maejava.proto.Experiment;
import org.maejava.proto.TrainingConfig;
import org.maejava.words.Counted;

/**
 * How long a recipe trains, and in what updates. It may count image passes, which become epochs as
 * soon as it is known how many images there are, and its updates may be larger than these fill;
 * what trains knows epochs only, and updates that are full.
 */
public final class TrainingLength {

  private TrainingLength() {}

  /**
   * The same recipe for so many images. Image passes become epochs, warm-up included: as many whole
   * ones as come closest, at least one. An update that the images do not fill becomes the largest
   * that they do, of batches no larger than the recipe's; its rate, which is one for a batch of
   * 256, falls with it (section A.1).
   *
   * @param images of training
   * @param workers who share each batch out
   * @throws IllegalArgumentException if there are too few images for any update
   */
  public static Experiment forImages(Experiment experiment, int images, int workers) {
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
    if (images < imagesOfAnUpdate(training)) {
      int batch = Math.min(training.getBatchSize(), images) / workers * workers;
      // Images are mixed in pairs of a worker's share.
      batch -= experiment.getData().hasMixing() ? batch % (2 * workers) : 0;
      if (batch == 0 || (batch == 1 && experiment.getClassification().hasFeatureNorm())) {
        throw new IllegalArgumentException(
            Counted.of(images, "training image is", "training images are")
                + " too few for any update of this recipe");
      }
      changed.getTrainingBuilder().setBatchSize(batch).setAccumulationSteps(images / batch);
    }
    return changed.build();
  }

  /** As {@link #forImages(Experiment, int, int)}, of one process. */
  public static Experiment forImages(Experiment experiment, int images) {
    return forImages(experiment, images, 1);
  }

  /**
   * What {@link #forImages} made of a recipe, in sentences; none if it is as it was.
   *
   * @param images of training
   */
  public static List<String> changes(Experiment recipe, Experiment made, int images) {
    var said = new ArrayList<String>();
    var asked = recipe.getTraining();
    var training = made.getTraining();
    if (asked.hasImagePasses()) {
      said.add(
          String.format(
              Locale.ROOT,
              "%s of %s: %s, %.3g of them warm-up",
              words(asked),
              Counted.of(images, "image"),
              words(training),
              training.getWarmupEpochs()));
    }
    smallerUpdate(recipe, made, images).ifPresent(said::add);
    return said;
  }

  /** As {@link #changes}, of the images of an update alone. */
  public static Optional<String> smallerUpdate(Experiment recipe, Experiment made, int images) {
    var asked = recipe.getTraining();
    var training = made.getTraining();
    long update = imagesOfAnUpdate(training);
    return update == imagesOfAnUpdate(asked)
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s not fill the recipe's update of %s: updates are of %s, at %.3g times its rate",
                Counted.of(images, "image does", "images do"),
                update(asked),
                update(training),
                (double) update / imagesOfAnUpdate(asked)));
  }

  /** What an update takes, as {@code 64 images} or {@code 64 x 4 images}. */
  public static String update(TrainingConfig training) {
    int batches = training.getAccumulationSteps();
    return batches == 1
        ? Counted.of(training.getBatchSize(), "image")
        : "%d x %d images".formatted(training.getBatchSize(), batches);
  }

  /** Images of an update. */
  public static long imagesOfAnUpdate(TrainingConfig training) {
    return (long) training.getBatchSize() * training.getAccumulationSteps();
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
