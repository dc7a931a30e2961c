package org.maejava.config;

import java.util.List;
import org.maejava.proto.DataConfig;
import org.maejava.proto.Experiment;

/** What must hold of the augmentation in a recipe's {@code data}. */
final class AugmentationCheck {

  /** The largest count that is accepted; a larger one is taken for a typing error. */
  private static final int MOST = 100;

  private AugmentationCheck() {}

  /** Numbers out of range, and what does not fit images of so many channels. */
  static List<String> problems(DataConfig data, int channels) {
    var problems = new Problems();
    if (data.hasColourJitter()) {
      jitter(data, channels, problems);
    }
    if (data.hasRandAugment()) {
      randAugment(data, channels, problems);
    }
    if (data.hasRandomErasing()) {
      erasing(data, problems);
    }
    if (data.hasMixing()) {
      mixing(data, problems);
    }
    if (data.hasRepeatedAugmentation()) {
      count(
          "data.repeated_augmentation.repeats",
          data.getRepeatedAugmentation().getRepeats(),
          problems);
    }
    return problems.found();
  }

  /** Augmentation that the recipe's task has no use for. */
  static List<String> problems(Experiment experiment) {
    var problems = new Problems();
    var data = experiment.getData();
    if (!experiment.hasClassification()) {
      var task = experiment.hasPretraining() ? "pretraining {}" : "pixel_floor {}";
      refuse(data.hasMixing(), "data.mixing", task, problems);
      refuse(data.hasRandomErasing(), "data.random_erasing", task, problems);
      refuse(
          data.hasRandAugment() && experiment.hasPixelFloor(), "data.rand_augment", task, problems);
    }
    int batch = experiment.getTraining().getBatchSize();
    if (data.hasMixing() && batch % 2 != 0) {
      problems.add(
          "training.batch_size %d is odd; data.mixing pairs the images of a batch"
              .formatted(batch));
    }
    return problems.found();
  }

  private static void refuse(boolean present, String what, String task, Problems problems) {
    if (present) {
      problems.add(
          "%s is for classification {}; %s learns from images as they are".formatted(what, task));
    }
  }

  private static void jitter(DataConfig data, int channels, Problems problems) {
    var jitter = data.getColourJitter();
    colours("data.colour_jitter", channels, problems);
    problems.within("data.colour_jitter.brightness", jitter.getBrightness(), 0, 10);
    problems.within("data.colour_jitter.contrast", jitter.getContrast(), 0, 10);
    problems.within("data.colour_jitter.saturation", jitter.getSaturation(), 0, 10);
    problems.within("data.colour_jitter.hue", jitter.getHue(), 0, 0.5);
    if (channels == 1 && (jitter.getSaturation() > 0 || jitter.getHue() > 0)) {
      problems.add(
          "data.colour_jitter.saturation %s and hue %s must be 0: grey images have neither"
              .formatted(jitter.getSaturation(), jitter.getHue()));
    }
  }

  private static void randAugment(DataConfig data, int channels, Problems problems) {
    var augment = data.getRandAugment();
    colours("data.rand_augment", channels, problems);
    count("data.rand_augment.operations", augment.getOperations(), problems);
    problems.within("data.rand_augment.magnitude", augment.getMagnitude(), 0, 10);
    problems.within(
        "data.rand_augment.magnitude_deviation", augment.getMagnitudeDeviation(), 0, 100);
    problems.within(
        "data.rand_augment.operation_probability", augment.getOperationProbability(), 0, 1);
  }

  private static void colours(String what, int channels, Problems problems) {
    if (channels != 1 && channels != 3) {
      problems.add(
          "%s is for images of 1 or 3 channels; model.image.channels is %d"
              .formatted(what, channels));
    }
  }

  private static void erasing(DataConfig data, Problems problems) {
    var erasing = data.getRandomErasing();
    var name = "data.random_erasing.";
    problems.within(name + "probability", erasing.getProbability(), 0, 1);
    problems.within(name + "max_area", erasing.getMaxArea(), 1e-6, 1);
    problems.within(name + "min_area", erasing.getMinArea(), 1e-6, erasing.getMaxArea());
    problems.within(name + "max_aspect", erasing.getMaxAspect(), 1e-3, 1e3);
    problems.within(name + "min_aspect", erasing.getMinAspect(), 1e-3, erasing.getMaxAspect());
    count(name + "rectangles", erasing.getRectangles(), problems);
  }

  private static void mixing(DataConfig data, Problems problems) {
    var mixing = data.getMixing();
    problems.within("data.mixing.mixup_alpha", mixing.getMixupAlpha(), 0, 100);
    problems.within("data.mixing.cutmix_alpha", mixing.getCutmixAlpha(), 0, 100);
    problems.within("data.mixing.probability", mixing.getProbability(), 0, 1);
    problems.within("data.mixing.cutmix_probability", mixing.getCutmixProbability(), 0, 1);
    if (mixing.getMixupAlpha() == 0 && mixing.getCutmixAlpha() == 0) {
      problems.add("data.mixing.mixup_alpha and cutmix_alpha are both 0: nothing is mixed");
    }
  }

  private static void count(String name, int value, Problems problems) {
    if (value < 1 || value > MOST) {
      problems.add("%s %d must be from 1 to %d".formatted(name, value, MOST));
    }
  }
}
