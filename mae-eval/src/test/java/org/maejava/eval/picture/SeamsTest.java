package org.maejava.eval.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.model.PatchGrid;

@DisplayName("Closing the seams between patches")
class SeamsTest {

  private static final PatchGrid GRID = new PatchGrid(4, 5, 6, 4, 3);

  /**
   * Patches of which neighbours are visible, and a block of four whose neighbours are hidden too.
   */
  private static final boolean[] HIDDEN = {
    false, true, false, false, true,
    true, true, false, true, false,
    true, true, true, false, true,
    false, false, true, false, true
  };

  /** A smooth one: whoever knows the shapes of its patches can put them together. */
  private static float[][][] image() {
    var image = new float[GRID.height()][GRID.width()][GRID.channels()];
    for (int y = 0; y < GRID.height(); y++) {
      for (int x = 0; x < GRID.width(); x++) {
        for (int c = 0; c < GRID.channels(); c++) {
          image[y][x][c] = (float) (Math.sin(0.25 * y + c) + Math.cos(0.3 * x));
        }
      }
    }
    return image;
  }

  /** Every patch less bright and of less contrast than it is, each in its own way. */
  private static float[][][] guessed(float[][][] image) {
    var guessed = new float[GRID.height()][GRID.width()][GRID.channels()];
    for (int y = 0; y < GRID.height(); y++) {
      for (int x = 0; x < GRID.width(); x++) {
        int patch = y / GRID.patchHeight() * GRID.columns() + x / GRID.patchWidth();
        for (int c = 0; c < GRID.channels(); c++) {
          guessed[y][x][c] = image[y][x][c] * (0.5f + patch % 3 * 0.2f) - patch % 4 * 0.3f;
        }
      }
    }
    return guessed;
  }

  private static double distance(float[][][] a, float[][][] b) {
    double sum = 0;
    int count = 0;
    for (int y = 0; y < GRID.height(); y++) {
      for (int x = 0; x < GRID.width(); x++) {
        if (HIDDEN[y / GRID.patchHeight() * GRID.columns() + x / GRID.patchWidth()]) {
          for (int c = 0; c < GRID.channels(); c++) {
            sum += Math.abs(a[y][x][c] - b[y][x][c]);
            count++;
          }
        }
      }
    }
    return sum / count;
  }

  @Test
  void bringsHiddenPatchesNearToWhatTheyAre() {
    var image = image();
    var guessed = guessed(image);
    var closed = Seams.closed(image, guessed, HIDDEN, GRID);
    assertThat(distance(closed, image)).isLessThan(distance(guessed, image) / 3);
  }

  @Test
  void looksAtNoHiddenPixelAndChangesNoVisiblePatch() {
    var image = image();
    var guessed = guessed(image);
    var closed = Seams.closed(image, guessed, HIDDEN, GRID);
    var other = image();
    for (int y = 0; y < GRID.height(); y++) {
      for (int x = 0; x < GRID.width(); x++) {
        boolean hidden = HIDDEN[y / GRID.patchHeight() * GRID.columns() + x / GRID.patchWidth()];
        if (hidden) {
          Arrays.fill(other[y][x], -7);
        } else {
          assertThat(closed[y][x]).containsExactly(guessed[y][x]);
        }
      }
    }
    assertThat(Seams.closed(other, guessed, HIDDEN, GRID)).isDeepEqualTo(closed);
    assertThat(guessed).isDeepEqualTo(guessed(image));
  }

  @Test
  void leavesAGuessWithoutAnythingVisibleFinite() {
    var all = new boolean[GRID.count()];
    Arrays.fill(all, true);
    var flat = new float[GRID.height()][GRID.width()][GRID.channels()];
    assertThat(Seams.closed(image(), flat, all, GRID)).isDeepEqualTo(flat);
  }
}
