package org.maejava.model;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Positions of the patches, {@code [1, 1 + L, D]}: the fixed 2-D sine-cosine table of the paper
 * (A.1), with zeros in row 0 for the class token.
 *
 * <p>The first half of a row encodes the patch's column, the second half its row: the published
 * code builds its grid with the width first, and weights trained on it expect that.
 */
final class PositionTable {

  private PositionTable() {}

  /**
   * Row-major values for a grid; computed in double, as published.
   *
   * @throws IllegalArgumentException if the width is not a multiple of 4
   */
  static float[] sinCos(PatchGrid grid, int width) {
    checkArgument(width % 4 == 0, "sin-cos positions need a width divisible by 4, not %s", width);
    var table = new float[(1 + grid.count()) * width];
    for (int patch = 0; patch < grid.count(); patch++) {
      int offset = (1 + patch) * width;
      encode(table, offset, width / 2, patch % grid.columns());
      encode(table, offset + width / 2, width / 2, patch / grid.columns());
    }
    return table;
  }

  /** Sines of position · 10000^(−k / (size / 2)), then cosines. */
  private static void encode(float[] table, int offset, int size, int position) {
    int half = size / 2;
    for (int k = 0; k < half; k++) {
      double angle = position / Math.pow(10_000, k / (double) half);
      table[offset + k] = (float) Math.sin(angle);
      table[offset + half + k] = (float) Math.cos(angle);
    }
  }
}
