package org.maejava.data.corrupt;

/** Weighted means over neighbouring pixels; the image's edge is repeated beyond it. */
final class Blur {

  /**
   * A disc's edge pixels count by the share of them inside, estimated on a grid of so many points.
   */
  private static final int POINTS = 8;

  /** A line is left off where its weight is below a hundredth. */
  private static final double DEVIATIONS = 3;

  private Blur() {}

  /** Over a disc; a radius below half a pixel changes nothing. */
  static double[] disc(Values values, double radius) {
    int reach = (int) Math.ceil(radius - 0.5);
    int side = 2 * reach + 1;
    var kernel = new double[side * side];
    double sum = 0;
    for (int y = -reach; y <= reach; y++) {
      for (int x = -reach; x <= reach; x++) {
        double share = x == 0 && y == 0 ? 1 : inside(y, x, radius);
        kernel[(y + reach) * side + x + reach] = share;
        sum += share;
      }
    }
    var blurred = new double[values.values().length];
    int i = 0;
    for (int y = 0; y < values.height(); y++) {
      for (int x = 0; x < values.width(); x++) {
        for (int c = 0; c < values.channels(); c++) {
          double mean = 0;
          for (int dy = -reach; dy <= reach; dy++) {
            for (int dx = -reach; dx <= reach; dx++) {
              double weight = kernel[(dy + reach) * side + dx + reach];
              mean += weight == 0 ? 0 : weight * near(values, y + dy, x + dx, c);
            }
          }
          blurred[i++] = mean / sum;
        }
      }
    }
    return blurred;
  }

  private static double inside(int y, int x, double radius) {
    int count = 0;
    for (int i = 0; i < POINTS; i++) {
      for (int j = 0; j < POINTS; j++) {
        double dy = y - 0.5 + (i + 0.5) / POINTS;
        double dx = x - 0.5 + (j + 0.5) / POINTS;
        count += dy * dy + dx * dx <= radius * radius ? 1 : 0;
      }
    }
    return (double) count / (POINTS * POINTS);
  }

  /** Along a line that begins at each pixel, nearer ones counting more. */
  static double[] line(Values values, double deviation, double angle) {
    int steps = (int) Math.max(1, Math.ceil(DEVIATIONS * deviation));
    var blurred = new double[values.values().length];
    double sum = 0;
    for (int step = 0; step <= steps; step++) {
      double weight = Math.exp(-step * step / (2 * deviation * deviation));
      sum += weight;
      int i = 0;
      for (int y = 0; y < values.height(); y++) {
        for (int x = 0; x < values.width(); x++) {
          for (int c = 0; c < values.channels(); c++) {
            blurred[i++] +=
                weight * between(values, y + step * Math.sin(angle), x + step * Math.cos(angle), c);
          }
        }
      }
    }
    for (int i = 0; i < blurred.length; i++) {
      blurred[i] /= sum;
    }
    return blurred;
  }

  /** Bilinear. */
  private static double between(Values values, double y, double x, int channel) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    double down = y - top;
    double right = x - left;
    return (1 - down)
            * ((1 - right) * near(values, top, left, channel)
                + right * near(values, top, left + 1, channel))
        + down
            * ((1 - right) * near(values, top + 1, left, channel)
                + right * near(values, top + 1, left + 1, channel));
  }

  private static double near(Values values, int y, int x, int channel) {
    return values.at(
        Math.max(0, Math.min(values.height() - 1, y)),
        Math.max(0, Math.min(values.width() - 1, x)),
        channel);
  }
}
