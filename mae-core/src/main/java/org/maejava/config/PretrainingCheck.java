package org.maejava.config;

import java.util.HashSet;
import java.util.List;
import org.maejava.model.PatchGrid;
import org.maejava.proto.ModelConfig;

/** What must hold of a recipe's masking and target, once image and patch sizes are in order. */
final class PretrainingCheck {

  private final ModelConfig model;
  private final int rows;
  private final int columns;
  private final Problems problems = new Problems();

  private PretrainingCheck(ModelConfig model) {
    this.model = model;
    rows = model.getImage().getHeight() / model.getPatch().getHeight();
    columns = model.getImage().getWidth() / model.getPatch().getWidth();
  }

  /** Everything that is impossible. */
  static List<String> problems(ModelConfig model) {
    var check = new PretrainingCheck(model);
    check.checkRatio();
    check.checkGrid();
    check.checkGiven();
    check.checkTarget();
    return check.problems.found();
  }

  private int count() {
    return rows * columns;
  }

  private int hidden() {
    return count() - PatchGrid.visibleCount(count(), model.getMaskRatio());
  }

  private void checkRatio() {
    double ratio = model.getMaskRatio();
    if (!(ratio >= 0 && ratio < 1)) {
      problems.add(
          "model.mask_ratio %s must be from 0 to below 1: the share of patches that are hidden"
              .formatted(ratio));
    } else if (hidden() >= count()) {
      problems.add(
          "model.mask_ratio %s hides all %d patches; the encoder needs one at least that it sees"
              .formatted(ratio, count()));
    } else if (hidden() < 1 && !model.hasLossOnAllPatches()) {
      problems.add(
          "model.mask_ratio %s hides none of %d patches, which leaves no loss; raise it or set"
                  .formatted(ratio, count())
              + " model.loss_on_all_patches {}");
    }
  }

  private void checkGrid() {
    double ratio = model.getMaskRatio();
    if (model.hasGridMasking() && (rows % 2 != 0 || columns % 2 != 0 || ratio != 0.75)) {
      problems.add(
          "model.grid_masking keeps one patch of each 2 x 2: it needs an even grid, not %d x %d, and"
                  .formatted(rows, columns)
              + " model.mask_ratio 0.75, not "
              + ratio);
    }
  }

  private void checkGiven() {
    if (model.hasGivenMasking()) {
      var given = model.getGivenMasking().getHiddenList();
      var outside = given.stream().filter(patch -> patch < 0 || patch >= count()).toList();
      if (!outside.isEmpty() || new HashSet<>(given).size() < given.size()) {
        problems.add(
            "model.given_masking.hidden must name different patches from 0 to %d, not %s"
                .formatted(count() - 1, outside.isEmpty() ? given : outside));
      } else if (given.size() != hidden()) {
        problems.add(
            "model.given_masking hides %d of %d patches but model.mask_ratio %s hides %d"
                .formatted(given.size(), count(), model.getMaskRatio(), hidden()));
      }
    }
    if (model.hasGivenNoise()) {
      var noise = model.getGivenNoise().getValuesList();
      if (noise.size() != count() || noise.stream().anyMatch(value -> !Float.isFinite(value))) {
        problems.add(
            "model.given_noise has %d values; it must have a finite one for each of %d patches"
                .formatted(noise.size(), count()));
      }
    }
  }

  private void checkTarget() {
    int values =
        model.getPatch().getHeight() * model.getPatch().getWidth() * model.getImage().getChannels();
    if (model.hasNormalisedPixels() && values < 2) {
      problems.add("model.normalised_pixels needs patches of more than one value");
    }
    if (model.hasPca()) {
      int coefficients = model.getPca().getCoefficients();
      if (coefficients < 1 || coefficients > values) {
        problems.add(
            "model.pca.coefficients %d must be from 1 to the %d values of a patch"
                .formatted(coefficients, values));
      }
      problems.positive("model.pca.sample_images", model.getPca().getSampleImages());
    }
  }
}
