package org.maejava.data.corrupt;

/** What is done to all pixels, or cells of them, alike. */
final class Light {

  private Light() {}

  /** A pixel's largest channel is raised, the others in proportion; black becomes grey. */
  static double[] brighter(Values values, double added) {
    var changed = values.values().clone();
    int channels = values.channels();
    for (int from = 0; from < changed.length; from += channels) {
      double largest = 0;
      for (int c = 0; c < channels; c++) {
        largest = Math.max(largest, changed[from + c]);
      }
      double raised = Math.min(1, largest + added);
      for (int c = 0; c < channels; c++) {
        changed[from + c] = largest > 0 ? changed[from + c] * raised / largest : raised;
      }
    }
    return changed;
  }

  /** Nearer to each channel's mean. */
  static double[] flatter(Values values, double left) {
    int channels = values.channels();
    var means = new double[channels];
    var changed = values.values().clone();
    double pixels = changed.length / (double) channels;
    for (int i = 0; i < changed.length; i++) {
      means[i % channels] += changed[i] / pixels;
    }
    for (int i = 0; i < changed.length; i++) {
      double mean = means[i % channels];
      changed[i] = mean + left * (changed[i] - mean);
    }
    return changed;
  }

  /** A pixel takes the mean of its cell. */
  static double[] cells(Values values, double share) {
    int rows = (int) Math.max(1, Math.round(share * values.height()));
    int columns = (int) Math.max(1, Math.round(share * values.width()));
    int channels = values.channels();
    var sums = new double[rows * columns * channels];
    var counts = new int[rows * columns];
    var changed = new double[values.values().length];
    for (int y = 0; y < values.height(); y++) {
      for (int x = 0; x < values.width(); x++) {
        int cell = cell(values, y, x, rows, columns);
        counts[cell]++;
        for (int c = 0; c < channels; c++) {
          sums[cell * channels + c] += values.at(y, x, c);
        }
      }
    }
    int i = 0;
    for (int y = 0; y < values.height(); y++) {
      for (int x = 0; x < values.width(); x++) {
        int cell = cell(values, y, x, rows, columns);
        for (int c = 0; c < channels; c++) {
          changed[i++] = sums[cell * channels + c] / counts[cell];
        }
      }
    }
    return changed;
  }

  private static int cell(Values values, int y, int x, int rows, int columns) {
    return y * rows / values.height() * columns + x * columns / values.width();
  }
}
