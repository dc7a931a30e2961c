package org.maejava.model;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/** A table of positions {@code [1, 1 + L, D]}, learned or not, on another grid of patches. */
final class GridInterpolation {

  private GridInterpolation() {}

  /**
   * Interpolates as the published code does to fine-tune at another image size: bicubic with
   * PyTorch's a = −0.75, pixel centres aligned, edges repeated, no antialiasing. The class token's
   * row stays as it is.
   *
   * @param table row-major values for {@code from}
   */
  static float[] resize(float[] table, PatchGrid from, PatchGrid to) {
    int width = table.length / (1 + from.count());
    checkArgument(
        width * (1 + from.count()) == table.length,
        "%s values are not a table for %s patches and a class token",
        table.length,
        from.count());
    var down = new CubicAxis(from.rows(), to.rows());
    var across = new CubicAxis(from.columns(), to.columns());
    var resized = new float[(1 + to.count()) * width];
    System.arraycopy(table, 0, resized, 0, width);
    var sums = new double[width];
    for (int patch = 0; patch < to.count(); patch++) {
      Arrays.fill(sums, 0);
      int row = patch / to.columns();
      int column = patch % to.columns();
      for (int i = 0; i < CubicAxis.TAPS; i++) {
        for (int j = 0; j < CubicAxis.TAPS; j++) {
          double weight = down.weight(row, i) * across.weight(column, j);
          int source = down.index(row, i) * from.columns() + across.index(column, j);
          for (int k = 0; k < width; k++) {
            sums[k] += weight * table[(1 + source) * width + k];
          }
        }
      }
      for (int k = 0; k < width; k++) {
        resized[(1 + patch) * width + k] = (float) sums[k];
      }
    }
    return resized;
  }

  /** Which four places of one axis a place of another length is the weighted sum of. */
  private record CubicAxis(int from, int to) {
    static final int TAPS = 4;
    private static final double A = -0.75;

    private double centre(int place) {
      return (place + 0.5) * from / to - 0.5;
    }

    int index(int place, int tap) {
      int index = (int) Math.floor(centre(place)) - 1 + tap;
      return Math.max(0, Math.min(from - 1, index));
    }

    double weight(int place, int tap) {
      double centre = centre(place);
      double x = Math.abs(centre - (Math.floor(centre) - 1 + tap));
      return x <= 1
          ? ((A + 2) * x - (A + 3)) * x * x + 1
          : ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }
  }
}
