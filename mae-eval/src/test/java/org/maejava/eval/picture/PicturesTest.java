package org.maejava.eval.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.model.PatchGrid;

class PicturesTest {

  private static final int WHITE = 0xFFFFFF;
  private static final int GREY = 0x808080;

  @Test
  void greyAndColourBecomeTheSameLevels() {
    var grey = Pictures.image(new float[][][] {{{0}, {0.5f}, {1}}});
    assertThat(rgb(grey, 0, 0)).isEqualTo(0x000000);
    assertThat(rgb(grey, 1, 0)).isEqualTo(GREY);
    assertThat(rgb(grey, 2, 0)).isEqualTo(WHITE);

    var colour = Pictures.image(new float[][][] {{{1, 0.5f, 0}}});
    assertThat(rgb(colour, 0, 0)).isEqualTo(0xFF8000);
  }

  @Test
  void valuesBeyondTheRangeAreCutOff() {
    var image = Pictures.image(new float[][][] {{{-3, 7, Float.NaN}}});
    assertThat(rgb(image, 0, 0)).isEqualTo(0x00FF00);
  }

  @Test
  void imagesWithTwoChannelsAreRefused() {
    assertThatThrownBy(() -> Pictures.image(new float[2][2][2]))
        .hasMessage("2 channels cannot be shown; 1 or 3 can");
    assertThatThrownBy(() -> Pictures.image(new float[0][0][0]))
        .hasMessage("a picture needs a pixel");
  }

  @Test
  void theQuartetShowsOriginalThenHolesThenWhatIsPredictedInThemThenBoth() {
    // Patches of 56 x 28: the left is dark and hidden, the right bright and visible.
    var grid = new PatchGrid(1, 2, 56, 28, 1);
    var original = halves(56, 56, 0.2f, 0.8f);
    var predicted = halves(56, 56, 0.4f, 0);

    var quartet = Pictures.quartet(original, predicted, new boolean[] {true, false}, grid);

    int panel = 112;
    int gap = 4;
    assertThat(quartet.getHeight()).isEqualTo(panel);
    assertThat(quartet.getWidth()).isEqualTo(4 * panel + 3 * gap);
    int y = 50;
    assertThat(rgb(quartet, 10, y)).isEqualTo(0x333333);
    assertThat(rgb(quartet, 100, y)).isEqualTo(0xCCCCCC);
    assertThat(isClear(quartet, panel + gap / 2, y)).isTrue();
    assertThat(isHatched(quartet, panel + gap, 0, 56, 112)).isTrue();
    assertThat(rgb(quartet, panel + gap + 56, y)).isEqualTo(0xCCCCCC);
    assertThat(rgb(quartet, 2 * (panel + gap) + 55, y)).isEqualTo(0x666666);
    assertThat(isHatched(quartet, 2 * (panel + gap) + 56, 0, 56, 112)).isTrue();
    assertThat(rgb(quartet, 3 * (panel + gap) + 55, y)).isEqualTo(0x666666);
    assertThat(rgb(quartet, 3 * (panel + gap) + 56, y)).isEqualTo(0xCCCCCC);
  }

  @Test
  void hiddenPatchesAreCountedRowByRow() {
    var grid = new PatchGrid(2, 3, 100, 100, 3);
    var quartet =
        Pictures.quartet(
            new float[200][300][3],
            new float[200][300][3],
            new boolean[] {false, false, false, false, true, false},
            grid);

    int masked = 300 + 4;
    assertThat(isHatched(quartet, masked + 100, 100, 100, 100)).isTrue();
    assertThat(rgb(quartet, masked + 50, 150)).isZero();
    assertThat(rgb(quartet, masked + 150, 50)).isZero();
  }

  @Test
  void whatDoesNotFitTheGridIsRefusedWithBothSizes() {
    var grid = new PatchGrid(7, 7, 4, 4, 1);
    var fitting = new float[28][28][1];
    assertThatThrownBy(() -> Pictures.quartet(fitting, new float[28][32][1], new boolean[49], grid))
        .hasMessage("prediction of 28 x 32 x 1 does not fit a grid of 28 x 28 x 1");
    assertThatThrownBy(() -> Pictures.quartet(fitting, fitting, new boolean[48], grid))
        .hasMessage("mask of 48 patches does not fit a grid of 49");
  }

  @Test
  void enlargingMakesSquaresOfPixels() {
    var large = Pictures.enlarge(Pictures.image(new float[][][] {{{0}, {1}}}), 4);
    assertThat(large.getWidth()).isEqualTo(8);
    assertThat(large.getHeight()).isEqualTo(4);
    assertThat(rgb(large, 3, 3)).isZero();
    assertThat(rgb(large, 4, 3)).isEqualTo(WHITE);
  }

  @Test
  void aGridFillsRowsAndLeavesTheRestClear() {
    var black = Pictures.image(new float[10][10][1]);
    var grid = Pictures.grid(List.of(black, black, black), 2, 4);

    assertThat(grid.getWidth()).isEqualTo(24);
    assertThat(grid.getHeight()).isEqualTo(24);
    assertThat(rgb(grid, 9, 9)).isZero();
    assertThat(isClear(grid, 9, 9)).isFalse();
    assertThat(isClear(grid, 10, 9)).isTrue();
    assertThat(rgb(grid, 14, 9)).isZero();
    assertThat(rgb(grid, 9, 14)).isZero();
    assertThat(isClear(grid, 14, 14)).isTrue();
    assertThatThrownBy(
            () -> Pictures.grid(List.of(black, Pictures.image(new float[10][11][1])), 2, 4))
        .hasMessageContaining("picture 1 is 11 x 10, the first is 10 x 10");
  }

  @Test
  void thePngFileHasTheSamePixelsAndNothingUnfinishedStays(@TempDir Path folder)
      throws IOException {
    var image = Pictures.image(new float[][][] {{{0.1f, 0.5f, 0.9f}, {1, 0, 0}}});
    var file = folder.resolve("pictures").resolve("one.png");
    Pictures.write(image, file);

    var read = ImageIO.read(new ByteArrayInputStream(Files.readAllBytes(file)));
    assertThat(rgb(read, 0, 0)).isEqualTo(rgb(image, 0, 0));
    assertThat(rgb(read, 1, 0)).isEqualTo(0xFF0000);
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed(@TempDir Path folder) throws IOException {
    var occupied = Files.createDirectories(folder.resolve("one.png").resolve("inside"));
    var image = Pictures.image(new float[1][1][1]);

    assertThatThrownBy(() -> Pictures.write(image, occupied.getParent()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("one.png");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(occupied.getParent());
    }
  }

  /** No grey image has a pixel of it, and no patch of it is of one colour. */
  private static boolean isHatched(BufferedImage image, int left, int top, int width, int height) {
    var colours = new TreeSet<Integer>();
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        colours.add(rgb(image, x, y));
      }
    }
    return colours.size() == 2
        && colours.stream().allMatch(colour -> (colour & 0xFF) > (colour >> 16) + 30);
  }

  private static float[][][] halves(int height, int width, float left, float right) {
    var image = new float[height][width][1];
    for (var row : image) {
      for (int x = 0; x < width; x++) {
        row[x][0] = x < width / 2 ? left : right;
      }
    }
    return image;
  }

  private static int rgb(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xFFFFFF;
  }

  private static boolean isClear(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) >>> 24 == 0;
  }
}
