package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;
import org.maejava.proto.ImageShape;

/**
 * A box of random area and aspect ratio, scaled to the input: the augmentation of MAE's
 * pre-training (paper, A.1), sampled as torchvision samples it. Up to ten boxes are drawn, area
 * uniform and aspect log-uniform, until one fits; then the largest centred box of an allowed aspect
 * is taken. The published linear probe draws a single box instead and cuts it down to the image's
 * height and width, which favours larger boxes.
 *
 * @param recipe as published, the area is 0.2 to 1 of the image and the aspect 3/4 to 4/3
 * @param input the shape of the network's input
 */
public record RandomResizedCrop(org.maejava.proto.RandomResizedCrop recipe, ImageShape input)
    implements Crop {

  private static final int ATTEMPTS = 10;

  public RandomResizedCrop {
    double minArea = recipe.getMinArea();
    double maxArea = recipe.getMaxArea();
    double minAspect = recipe.getMinAspect();
    double maxAspect = recipe.getMaxAspect();
    checkArgument(
        minArea > 0 && minArea <= maxArea && maxArea <= 1,
        "random_resized_crop area %s to %s; it must be within (0, 1] and in this order",
        minArea,
        maxArea);
    checkArgument(
        minAspect > 0 && minAspect <= maxAspect && Double.isFinite(maxAspect),
        "random_resized_crop aspect %s to %s; it must be positive and in this order",
        minAspect,
        maxAspect);
  }

  @Override
  public Framing frame(int imageHeight, int imageWidth, RandomGenerator random) {
    return new Framing(
        box(imageHeight, imageWidth, random), input.getHeight(), input.getWidth(), 0, 0);
  }

  private Box box(int imageHeight, int imageWidth, RandomGenerator random) {
    double area = (double) imageHeight * imageWidth;
    double logMin = Math.log(recipe.getMinAspect());
    double logMax = Math.log(recipe.getMaxAspect());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double target = area * between(random, recipe.getMinArea(), recipe.getMaxArea());
      double aspect = Math.exp(between(random, logMin, logMax));
      // Half to even, as Python rounds.
      int boxWidth = (int) Math.rint(Math.sqrt(target * aspect));
      int boxHeight = (int) Math.rint(Math.sqrt(target / aspect));
      if (recipe.hasSingleDraw()) {
        boxWidth = Math.max(1, Math.min(boxWidth, imageWidth));
        boxHeight = Math.max(1, Math.min(boxHeight, imageHeight));
      }
      if (boxWidth > 0 && boxWidth <= imageWidth && boxHeight > 0 && boxHeight <= imageHeight) {
        int top = random.nextInt(imageHeight - boxHeight + 1);
        int left = random.nextInt(imageWidth - boxWidth + 1);
        return new Box(top, left, boxHeight, boxWidth);
      }
    }
    return largestCentred(imageHeight, imageWidth);
  }

  private Box largestCentred(int imageHeight, int imageWidth) {
    double aspect = (double) imageWidth / imageHeight;
    int boxHeight = imageHeight;
    int boxWidth = imageWidth;
    if (aspect < recipe.getMinAspect()) {
      boxHeight = (int) Math.max(1, Math.rint(imageWidth / recipe.getMinAspect()));
    } else if (aspect > recipe.getMaxAspect()) {
      boxWidth = (int) Math.max(1, Math.rint(imageHeight * recipe.getMaxAspect()));
    }
    return new Box((imageHeight - boxHeight) / 2, (imageWidth - boxWidth) / 2, boxHeight, boxWidth);
  }

  private static double between(RandomGenerator random, double from, double to) {
    return from + (to - from) * random.nextDouble();
  }
}
