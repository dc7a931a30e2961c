package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Which part of an image becomes the input, and how large: the box is scaled to {@code height ×
 * width}, and of that the window beginning at {@code (top, left)} is the input.
 *
 * @param box of the image
 * @param height of the whole box after scaling
 * @param width of the whole box after scaling
 * @param top first row of the input in the scaled box
 * @param left first column of the input in the scaled box
 */
public record Framing(Box box, int height, int width, int top, int left) {

  public Framing {
    checkArgument(
        height > 0 && width > 0 && top >= 0 && left >= 0 && top < height && left < width,
        "window at row %s, column %s of %s x %s",
        top,
        left,
        height,
        width);
  }
}
