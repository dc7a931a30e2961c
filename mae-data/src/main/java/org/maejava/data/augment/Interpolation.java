package org.maejava.data.augment;

import org.maejava.data.image.Image;

/**
 * The value between pixels as Pillow's {@code transform} computes it, to the last bit: in doubles,
 * rows first, the image continued by its edge, cut off to a whole level.
 */
enum Interpolation {
  BILINEAR {
    @Override
    double at(Image image, double x, double y, int channel) {
      int left = floor(x);
      int top = floor(y);
      double above = row(image, left, top, channel, x - left);
      double below = inside(image, top + 1) ? row(image, left, top + 1, channel, x - left) : above;
      return above + (below - above) * (y - top);
    }

    private double row(Image image, int left, int row, int channel, double distance) {
      int first = value(image, left, row, channel);
      return first + (value(image, left + 1, row, channel) - first) * distance;
    }
  },

  /** The cubic convolution with a = -1. */
  BICUBIC {
    @Override
    double at(Image image, double x, double y, int channel) {
      int left = floor(x);
      int top = floor(y);
      double distance = x - left;
      double first = row(image, left - 1, top - 1, channel, distance);
      double second = inside(image, top) ? row(image, left - 1, top, channel, distance) : first;
      double third =
          inside(image, top + 1) ? row(image, left - 1, top + 1, channel, distance) : second;
      double fourth =
          inside(image, top + 2) ? row(image, left - 1, top + 2, channel, distance) : third;
      return cubic(first, second, third, fourth, y - top);
    }

    private double row(Image image, int left, int row, int channel, double distance) {
      return cubic(
          value(image, left, row, channel),
          value(image, left + 1, row, channel),
          value(image, left + 2, row, channel),
          value(image, left + 3, row, channel),
          distance);
    }

    private double cubic(double v1, double v2, double v3, double v4, double distance) {
      double slope = -v1 + v3;
      double square = 2 * (v1 - v2) + v3 - v4;
      double cube = -v1 + v2 - v3 + v4;
      return v2 + distance * (slope + distance * (square + distance * cube));
    }
  };

  /** The value at a point, whole numbers being pixels' centres; it may lie outside 0 to 255. */
  abstract double at(Image image, double x, double y, int channel);

  private static int floor(double value) {
    return (int) Math.floor(value);
  }

  private static boolean inside(Image image, int row) {
    return row >= 0 && row < image.height();
  }

  private static int value(Image image, int column, int row, int channel) {
    int y = Math.max(0, Math.min(image.height() - 1, row));
    int x = Math.max(0, Math.min(image.width() - 1, column));
    return image.pixels()[(y * image.width() + x) * image.channels() + channel] & 0xff;
  }
}
