package org.maejava.eval.segment;

import org.maejava.model.PatchGrid;

/** Between patches and pixels. */
final class PatchGridScores {

  private PatchGridScores() {}

  /**
   * The most likely class of every pixel: patches' scores are interpolated bilinearly between the
   * patches' middles, and beyond the outermost stay what they are there.
   *
   * @param scores {@code [L][classes]}, row by row
   * @return {@code [H · W]}
   */
  static int[] answers(float[][] scores, PatchGrid grid) {
    int classes = scores[0].length;
    int patchHeight = grid.patchHeight();
    int patchWidth = grid.patchWidth();
    var answers = new int[grid.height() * grid.width()];
    for (int y = 0; y < grid.height(); y++) {
      double row = within((y + 0.5) / patchHeight - 0.5, grid.rows());
      int top = (int) row;
      int bottom = Math.min(grid.rows() - 1, top + 1);
      for (int x = 0; x < grid.width(); x++) {
        double column = within((x + 0.5) / patchWidth - 0.5, grid.columns());
        int left = (int) column;
        int right = Math.min(grid.columns() - 1, left + 1);
        double down = row - top;
        double across = column - left;
        int best = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
          double above =
              (1 - across) * scores[top * grid.columns() + left][c]
                  + across * scores[top * grid.columns() + right][c];
          double below =
              (1 - across) * scores[bottom * grid.columns() + left][c]
                  + across * scores[bottom * grid.columns() + right][c];
          double score = (1 - down) * above + down * below;
          if (score > highest) {
            highest = score;
            best = c;
          }
        }
        answers[y * grid.width() + x] = best;
      }
    }
    return answers;
  }

  private static double within(double place, int count) {
    return Math.max(0, Math.min(count - 1, place));
  }

  /**
   * The classes' shares of a patch's pixels, without those that are ignored.
   *
   * @param labels {@code [H · W]}
   * @return {@code [classes]}, summing to 1; empty if every pixel is ignored
   */
  static float[] shares(int[] labels, PatchGrid grid, int patch, int classes, int ignored) {
    int patchHeight = grid.patchHeight();
    int patchWidth = grid.patchWidth();
    int top = patch / grid.columns() * patchHeight;
    int left = patch % grid.columns() * patchWidth;
    var shares = new float[classes];
    int count = 0;
    for (int y = top; y < top + patchHeight; y++) {
      for (int x = left; x < left + patchWidth; x++) {
        int label = labels[y * grid.width() + x];
        if (label != ignored) {
          shares[label]++;
          count++;
        }
      }
    }
    if (count == 0) {
      return new float[0];
    }
    for (int c = 0; c < classes; c++) {
      shares[c] /= count;
    }
    return shares;
  }
}
