package org.maejava.config;

import java.util.List;
import org.maejava.proto.DataConfig;
import org.maejava.words.Counted;

/** What must hold of a recipe's {@code data} before images are read by it. */
public final class DataCheck {

  /** Absent: all images. */
  static final String LABELLED_IMAGES = "data.labelled_images";

  private DataCheck() {}

  /**
   * Everything that is missing or impossible.
   *
   * @param channels of the model's images
   */
  public static List<String> problems(DataConfig data, int channels) {
    var problems = new Problems();
    if (channels != 1 && channels != 3) {
      problems.add(
          "model.image.channels %d: image files are decoded to 1 or 3".formatted(channels));
    }
    problems.require(
        data.getCropCase() != DataConfig.CropCase.CROP_NOT_SET,
        "data.random_resized_crop or center_crop");
    problems.requireNumbers(data, "data.", LABELLED_IMAGES::equals);
    if (data.getMeanCount() != channels || data.getStdCount() != channels) {
      problems.add(
          "data.mean has %s and data.std %d; model.image.channels is %d"
              .formatted(Counted.of(data.getMeanCount(), "value"), data.getStdCount(), channels));
    }
    if (data.getStdList().stream().anyMatch(std -> !(std > 0))) {
      problems.add("data.std %s must be above 0".formatted(data.getStdList()));
    }
    if (data.hasRandomResizedCrop()) {
      var crop = data.getRandomResizedCrop();
      problems.within("data.random_resized_crop.max_area", crop.getMaxArea(), 1e-6, 1);
      problems.within(
          "data.random_resized_crop.min_area", crop.getMinArea(), 1e-6, crop.getMaxArea());
      problems.within("data.random_resized_crop.max_aspect", crop.getMaxAspect(), 1e-3, 1e3);
      problems.within(
          "data.random_resized_crop.min_aspect", crop.getMinAspect(), 1e-3, crop.getMaxAspect());
    }
    if (data.hasAlphaBackground()) {
      var colour = data.getAlphaBackground();
      problems.within("data.alpha_background.red", colour.getRed(), 0, 255);
      problems.within("data.alpha_background.green", colour.getGreen(), 0, 255);
      problems.within("data.alpha_background.blue", colour.getBlue(), 0, 255);
    }
    var limits = data.getImageLimits();
    if (limits.hasMaxPixels()) {
      problems.within("data.image_limits.max_pixels", (double) limits.getMaxPixels(), 1, 1e9);
    }
    if (limits.hasMaxSeconds()) {
      problems.within("data.image_limits.max_seconds", limits.getMaxSeconds(), 1e-3, 86_400);
    }
    problems.within("data.flip_probability", data.getFlipProbability(), 0, 1);
    problems.within("data.eval_crop_fraction", data.getEvalCropFraction(), 0.01, 1);
    problems.within("data.max_unreadable_share", data.getMaxUnreadableShare(), 0, 1);
    problems.addAll(AugmentationCheck.problems(data, channels));
    return problems.found();
  }
}
