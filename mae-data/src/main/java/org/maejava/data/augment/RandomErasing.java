package org.maejava.data.augment;

import java.util.random.RandomGenerator;

/**
 * Rectangles of a normalised image replaced (Zhong et al., 2017), as timm draws them: area uniform,
 * aspect log-uniform, up to ten rectangles tried until one is smaller than the image both ways.
 *
 * @param recipe in the published code, the probability is 0.25, the area of one rectangle 0.02 to
 *     1/3 of the image, its aspect 0.3 to 1/0.3, and each value becomes noise
 */
public record RandomErasing(org.maejava.proto.RandomErasing recipe) {

  private static final int ATTEMPTS = 10;

  /**
   * Erases in place.
   *
   * @param values {@code [height, width, channels]}, normalised
   */
  public void erase(float[] values, int height, int width, int channels, RandomGenerator random) {
    if (random.nextDouble() < recipe.getProbability()) {
      for (int i = 0; i < recipe.getRectangles(); i++) {
        rectangle(values, height, width, channels, random);
      }
    }
  }

  private void rectangle(
      float[] values, int height, int width, int channels, RandomGenerator random) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double areas = recipe.getMaxArea() - recipe.getMinArea();
      double share = recipe.getMinArea() + areas * random.nextDouble();
      double area = share * height * width / recipe.getRectangles();
      double logRange = Math.log(recipe.getMaxAspect() / recipe.getMinAspect());
      double aspect = recipe.getMinAspect() * Math.exp(logRange * random.nextDouble());
      int rows = (int) Math.rint(Math.sqrt(area * aspect));
      int columns = (int) Math.rint(Math.sqrt(area / aspect));
      if (rows < height && columns < width) {
        int top = random.nextInt(height - rows + 1);
        int left = random.nextInt(width - columns + 1);
        for (int row = top; row < top + rows; row++) {
          int from = (row * width + left) * channels;
          for (int i = from; i < from + columns * channels; i++) {
            values[i] = recipe.hasPixelNoise() ? (float) random.nextGaussian() : 0;
          }
        }
        return;
      }
    }
  }
}
