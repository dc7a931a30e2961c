package org.maejava.data.augment;

import org.maejava.data.image.Image;

/**
 * A shape's change: the result's point (x, y) is the image's point {@code (xx·x + xy·y + x0, yx·x +
 * yy·y + y0)}, as in Pillow's {@code transform}. Points are measured from the upper left corner.
 */
record Affine(double xx, double xy, double x0, double yx, double yy, double y0) {

  private static final double DIGITS = 1e15;

  /** Rows shifted by {@code factor} of their height in the image. */
  static Affine shearX(double factor) {
    return new Affine(1, factor, 0, 0, 1, 0);
  }

  static Affine shearY(double factor) {
    return new Affine(1, 0, 0, factor, 1, 0);
  }

  /** To the left, in pixels. */
  static Affine translateX(double pixels) {
    return new Affine(1, 0, pixels, 0, 1, 0);
  }

  /** Upwards, in pixels. */
  static Affine translateY(double pixels) {
    return new Affine(1, 0, 0, 0, 1, pixels);
  }

  /** Around the middle, counter-clockwise. */
  static Affine rotate(double degrees, int height, int width) {
    double angle = -Math.toRadians(degrees < 0 ? degrees + 360 : degrees);
    double cos = rounded(Math.cos(angle));
    double sin = rounded(Math.sin(angle));
    double x = width / 2.0;
    double y = height / 2.0;
    return new Affine(cos, sin, cos * -x + sin * -y + x, -sin, cos, -sin * -x + cos * -y + y);
  }

  /** To fifteen digits, as Pillow rounds. */
  private static double rounded(double value) {
    return Math.rint(value * DIGITS) / DIGITS;
  }

  /**
   * The changed image, of the same size.
   *
   * @param fill for each channel, where nothing of the image is
   */
  Image apply(Image image, Interpolation interpolation, byte[] fill) {
    int channels = image.channels();
    var result = new byte[image.pixels().length];
    int out = 0;
    for (int row = 0; row < image.height(); row++) {
      for (int column = 0; column < image.width(); column++) {
        double x = xx * (column + 0.5) + xy * (row + 0.5) + x0;
        double y = yx * (column + 0.5) + yy * (row + 0.5) + y0;
        boolean inside = x >= 0 && x < image.width() && y >= 0 && y < image.height();
        for (int channel = 0; channel < channels; channel++) {
          result[out++] =
              inside ? clipped(interpolation.at(image, x - 0.5, y - 0.5, channel)) : fill[channel];
        }
      }
    }
    return new Image(image.height(), image.width(), channels, result);
  }

  private static byte clipped(double value) {
    return (byte) (int) Math.max(0, Math.min(255, value));
  }
}
