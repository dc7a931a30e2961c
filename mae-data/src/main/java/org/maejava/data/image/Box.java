package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A rectangle of pixels.
 *
 * @param top first row
 * @param left first column
 * @param height rows
 * @param width columns
 */
public record Box(int top, int left, int height, int width) {

  public Box {
    checkArgument(
        top >= 0 && left >= 0 && height > 0 && width > 0,
        "a box of %s x %s at row %s, column %s has no pixels or begins outside the image",
        height,
        width,
        top,
        left);
  }

  /** All of an image. */
  public static Box whole(int height, int width) {
    return new Box(0, 0, height, width);
  }

  /** The share of an image of this size that it covers, for a box within it. */
  public double shareOf(int imageHeight, int imageWidth) {
    return (double) height * width / ((double) imageHeight * imageWidth);
  }
}
