package org.maejava.eval.picture;

import java.util.Arrays;
import org.maejava.model.PatchGrid;

/**
 * Closes the seams between patches of which a network has predicted normalised pixels, and so
 * neither brightness nor contrast: every hidden patch gets the two with which it meets its
 * neighbours best, by least squares over the pairs of pixels on both sides of each border. Visible
 * patches are given, what was guessed before is held weakly, and hidden pixels have no part in it.
 */
final class Seams {

  /** What the guess weighs, in pairs of pixels along a side: of the brightness, of the contrast. */
  private static final double BRIGHTNESS = 1 / 28.0;

  private static final double CONTRAST = 1 / 7.0;

  /** Over all patches, one after the other, until nothing moves; large grids stop before. */
  private static final int SWEEPS = 500;

  private static final double STILL = 1e-4;
  private static final double FLAT = 1e-3;

  private final float[][][] pixels;
  private final PatchGrid grid;
  private final double[] guess;
  private final double[] variance;
  private final float[][][] shape;

  private Seams(float[][][] original, float[][][] predicted, boolean[] hidden, PatchGrid grid) {
    this.grid = grid;
    pixels = copy(Pictures.paste(original, predicted, hidden, grid));
    shape = copy(predicted);
    guess = new double[hidden.length];
    variance = new double[hidden.length];
    for (int patch = 0; patch < hidden.length; patch++) {
      if (hidden[patch]) {
        centre(patch);
      }
    }
  }

  /**
   * The prediction with seams closed, {@code [H][W][C]}; visible patches of it as they were.
   *
   * @param original of which the visible patches are looked at, in the units of the network
   * @param predicted every patch with a brightness and a contrast that were guessed
   * @param hidden of each patch
   */
  static float[][][] closed(
      float[][][] original, float[][][] predicted, boolean[] hidden, PatchGrid grid) {
    var seams = new Seams(original, predicted, hidden, grid);
    double change = Double.POSITIVE_INFINITY;
    for (int i = 0; i < SWEEPS && change > STILL; i++) {
      change = 0;
      for (int patch = 0; patch < hidden.length; patch++) {
        if (hidden[patch]) {
          change = Math.max(change, seams.meet(patch));
        }
      }
    }
    return Pictures.paste(predicted, seams.pixels, hidden, grid);
  }

  private static float[][][] copy(float[][][] values) {
    return Arrays.stream(values)
        .map(row -> Arrays.stream(row).map(float[]::clone).toArray(float[][]::new))
        .toArray(float[][][]::new);
  }

  /** Takes a patch's mean out of its shape. */
  private void centre(int patch) {
    double sum = 0;
    double squares = 0;
    int count = grid.patchHeight() * grid.patchWidth() * grid.channels();
    for (int y = top(patch); y < top(patch) + grid.patchHeight(); y++) {
      for (int x = left(patch); x < left(patch) + grid.patchWidth(); x++) {
        for (float value : shape[y][x]) {
          sum += value;
          squares += value * value;
        }
      }
    }
    guess[patch] = sum / count;
    variance[patch] = Math.max(FLAT * FLAT, squares / count - guess[patch] * guess[patch]);
    for (int y = top(patch); y < top(patch) + grid.patchHeight(); y++) {
      for (int x = left(patch); x < left(patch) + grid.patchWidth(); x++) {
        for (int c = 0; c < grid.channels(); c++) {
          shape[y][x][c] -= (float) guess[patch];
        }
      }
    }
  }

  private int top(int patch) {
    return patch / grid.columns() * grid.patchHeight();
  }

  private int left(int patch) {
    return patch % grid.columns() * grid.patchWidth();
  }

  /** Sums over the pairs of pixels that a patch has with its neighbours. */
  private final class Border {
    private double count;
    private double own;
    private double square;
    private double other;
    private double product;

    void pair(int y, int x, int otherY, int otherX) {
      if (otherY < 0 || otherY >= grid.height() || otherX < 0 || otherX >= grid.width()) {
        return;
      }
      for (int c = 0; c < grid.channels(); c++) {
        double q = shape[y][x][c];
        double t = pixels[otherY][otherX][c];
        count++;
        own += q;
        square += q * q;
        other += t;
        product += q * t;
      }
    }
  }

  /** Gives one patch what suits its neighbours as they are; how much that changed a pixel. */
  private double meet(int patch) {
    var border = new Border();
    int bottom = top(patch) + grid.patchHeight() - 1;
    int right = left(patch) + grid.patchWidth() - 1;
    for (int x = left(patch); x <= right; x++) {
      border.pair(top(patch), x, top(patch) - 1, x);
      border.pair(bottom, x, bottom + 1, x);
    }
    for (int y = top(patch); y <= bottom; y++) {
      border.pair(y, left(patch), y, left(patch) - 1);
      border.pair(y, right, y, right + 1);
    }
    double side = grid.channels() * (grid.patchHeight() + grid.patchWidth()) / 2.0;
    double brightnessWeight = BRIGHTNESS * side;
    double contrastWeight = CONTRAST * side * variance[patch];
    double s11 = border.count + brightnessWeight;
    double s22 = border.square + contrastWeight;
    double r1 = border.other + brightnessWeight * guess[patch];
    double r2 = border.product + contrastWeight;
    double contrast =
        Math.max(0, (s11 * r2 - border.own * r1) / (s11 * s22 - border.own * border.own));
    double brightness = (r1 - border.own * contrast) / s11;
    return fill(patch, brightness, contrast);
  }

  private double fill(int patch, double brightness, double contrast) {
    double change = 0;
    for (int y = top(patch); y < top(patch) + grid.patchHeight(); y++) {
      for (int x = left(patch); x < left(patch) + grid.patchWidth(); x++) {
        for (int c = 0; c < grid.channels(); c++) {
          float value = (float) (brightness + contrast * shape[y][x][c]);
          change = Math.max(change, Math.abs(value - pixels[y][x][c]));
          pixels[y][x][c] = value;
        }
      }
    }
    return change;
  }
}
