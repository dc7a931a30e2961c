package org.maejava.data.augment;

import java.util.random.RandomGenerator;

/**
 * Rectangles of a normalised image replaced (Zhong et al., 2017), as timm draws them: area uniform,
 * aspect log-uniform, up to ten rectangles tried until one is smaller than the image both ways.
 *
 * @param probability that an image is touched, 0.25 in the published code
 * @param minArea share of the image, 0.02
 * @param maxArea share of the image, 1/3
 * @param minAspect height over width, 0.3
 * @param maxAspect height over width, 1/0.3
 * @param rectangles the area is divided among, 1
 * @param noise each value becomes standard normal, as published; otherwise the mean colour, 0
 */
public record RandomErasing(
    double probability,
    double minArea,
    double maxArea,
    double minAspect,
    double maxAspect,
    int rectangles,
    boolean noise) {

  private static final int ATTEMPTS = 10;

  /**
   * Erases in place.
   *
   * @param values {@code [height, width, channels]}, normalised
   */
  public void erase(float[] values, int height, int width, int channels, RandomGenerator random) {
    if (random.nextDouble() < probability) {
      for (int i = 0; i < rectangles; i++) {
        rectangle(values, height, width, channels, random);
      }
    }
  }

  private void rectangle(
      float[] values, int height, int width, int channels, RandomGenerator random) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double share = minArea + (maxArea - minArea) * random.nextDouble();
      double area = share * height * width / rectangles;
      double logRange = Math.log(maxAspect / minAspect);
      double aspect = minAspect * Math.exp(logRange * random.nextDouble());
      int rows = (int) Math.rint(Math.sqrt(area * aspect));
      int columns = (int) Math.rint(Math.sqrt(area / aspect));
      if (rows < height && columns < width) {
        int top = random.nextInt(height - rows + 1);
        int left = random.nextInt(width - columns + 1);
        for (int row = top; row < top + rows; row++) {
          int from = (row * width + left) * channels;
          for (int i = from; i < from + columns * channels; i++) {
            values[i] = noise ? (float) random.nextGaussian() : 0;
          }
        }
        return;
      }
    }
  }
}
