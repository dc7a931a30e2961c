package org.maejava.data;

import java.util.ArrayList;
import java.util.List;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ModelConfig;

/** What must hold of a recipe's {@code data} before images are read by it. */
final class DataChecks {

  private final List<String> problems = new ArrayList<>();

  private DataChecks() {}

  /** Throws with all problems at once. */
  static void check(DataConfig data, ModelConfig model, int workers) {
    var checks = new DataChecks();
    checks.channels(data, model.getImage().getChannels());
    checks.crop(data);
    checks.share("flip_probability", data.hasFlipProbability(), data.getFlipProbability());
    checks.share(
        "max_unreadable_share", data.hasMaxUnreadableShare(), data.getMaxUnreadableShare());
    checks.share("eval_crop_fraction", data.hasEvalCropFraction(), data.getEvalCropFraction());
    checks.require(
        model.getImage().getHeight() > 0 && model.getImage().getWidth() > 0,
        "model.image has no size");
    checks.require(workers > 0, workers + " data workers; there must be at least one");
    if (!checks.problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", checks.problems));
    }
  }

  private void channels(DataConfig data, int channels) {
    require(channels == 1 || channels == 3, "model.image.channels " + channels + " is not 1 or 3");
    require(
        data.getMeanCount() == channels,
        "data.mean has " + data.getMeanCount() + " values for " + channels + " channels");
    require(
        data.getStdCount() == channels,
        "data.std has " + data.getStdCount() + " values for " + channels + " channels");
    require(
        data.getStdList().stream().allMatch(std -> std > 0),
        "data.std " + data.getStdList() + " is not positive");
  }

  private void crop(DataConfig data) {
    switch (data.getCropCase()) {
      case RANDOM_RESIZED_CROP -> {
        var crop = data.getRandomResizedCrop();
        require(
            crop.getMinArea() > 0
                && crop.getMinArea() <= crop.getMaxArea()
                && crop.getMaxArea() <= 1,
            "data.random_resized_crop area from "
                + crop.getMinArea()
                + " to "
                + crop.getMaxArea()
                + " is not within (0, 1] and in this order");
        require(
            crop.getMinAspect() > 0
                && crop.getMinAspect() <= crop.getMaxAspect()
                && Double.isFinite(crop.getMaxAspect()),
            "data.random_resized_crop aspect from "
                + crop.getMinAspect()
                + " to "
                + crop.getMaxAspect()
                + " is not positive and in this order");
      }
      case CENTER_CROP -> {}
      case CROP_NOT_SET -> require(false, "data.crop is not set");
    }
  }

  private void share(String name, boolean set, double value) {
    require(set, "data." + name + " is not set");
    require(value >= 0 && value <= 1, "data." + name + " " + value + " is not within [0, 1]");
  }

  private void require(boolean held, String problem) {
    if (!held) {
      problems.add(problem);
    }
  }
}
