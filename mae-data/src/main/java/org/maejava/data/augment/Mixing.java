package org.maejava.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.random.RandomGenerator;
import org.maejava.proto.ImageShape;

/**
 * Images of a batch mixed in pairs, their labels too: by mixup (Zhang et al., 2017), the weighted
 * sum of two images, or by cutmix (Yun et al., 2019), a box of each in the other. As in timm's
 * batch mode, one choice and one share hold for the batch, and the first image is paired with the
 * last, the second with the last but one.
 *
 * @param recipe as published, mixup's alpha is 0.8, cutmix's 1, the probability 1 and cutmix's 0.5
 * @param image the images' shape
 */
public record Mixing(org.maejava.proto.Mixing recipe, ImageShape image) {

  /**
   * Mixes in place.
   *
   * @param images {@code [height, width, channels]} each
   * @param labels class probabilities of each image, one-hot or smoothed
   */
  public void mix(List<float[]> images, List<float[]> labels, RandomGenerator random) {
    checkArgument(
        images.size() == labels.size(), "%s images, %s labels", images.size(), labels.size());
    if (random.nextDouble() >= recipe.getProbability()) {
      return;
    }
    if (cutmix(random)) {
      double share = cutBoxes(images, new Beta(recipe.getCutmixAlpha()).draw(random), random);
      blend(labels, share);
    } else {
      double share = new Beta(recipe.getMixupAlpha()).draw(random);
      blend(images, share);
      blend(labels, share);
    }
  }

  private boolean cutmix(RandomGenerator random) {
    if (recipe.getMixupAlpha() > 0 && recipe.getCutmixAlpha() > 0) {
      return random.nextDouble() < recipe.getCutmixProbability();
    }
    return recipe.getCutmixAlpha() > 0;
  }

  /**
   * Exchanges a box of about {@code 1 − share} of the area between the images of each pair.
   *
   * @return the share that an image really keeps: the box is cut off at the edges
   */
  private double cutBoxes(List<float[]> images, double share, RandomGenerator random) {
    int height = image.getHeight();
    int width = image.getWidth();
    int channels = image.getChannels();
    double side = Math.sqrt(1 - share);
    int halfHeight = (int) (height * side) / 2;
    int halfWidth = (int) (width * side) / 2;
    int y = random.nextInt(height);
    int x = random.nextInt(width);
    int top = Math.max(0, y - halfHeight);
    int bottom = Math.min(height, y + halfHeight);
    int left = Math.max(0, x - halfWidth);
    int right = Math.min(width, x + halfWidth);
    for (int i = 0; i < images.size() / 2; i++) {
      var first = images.get(i);
      var second = images.get(images.size() - 1 - i);
      for (int row = top; row < bottom; row++) {
        exchange(first, second, (row * width + left) * channels, (row * width + right) * channels);
      }
    }
    return 1 - (double) (bottom - top) * (right - left) / ((double) height * width);
  }

  private static void exchange(float[] first, float[] second, int from, int to) {
    for (int i = from; i < to; i++) {
      float value = first[i];
      first[i] = second[i];
      second[i] = value;
    }
  }

  /** Each row its share of itself and the rest of its partner; a middle one is its own partner. */
  private static void blend(List<float[]> rows, double share) {
    float own = (float) share;
    float others = (float) (1 - share);
    for (int row = 0; row < rows.size() / 2; row++) {
      var first = rows.get(row);
      var second = rows.get(rows.size() - 1 - row);
      for (int i = 0; i < first.length; i++) {
        float a = first[i];
        float b = second[i];
        first[i] = a * own + b * others;
        second[i] = b * own + a * others;
      }
    }
  }
}
