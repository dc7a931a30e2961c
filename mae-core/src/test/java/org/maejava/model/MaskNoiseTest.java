package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.golden.ScratchGraph;
import org.maejava.random.Draws;

@DisplayName("Mask noise")
class MaskNoiseTest {

  private static final int IMAGES = 100;
  private static final PatchGrid SQUARE = new PatchGrid(14, 14, 16, 16, 3);

  private static PatchGrid grid(int rows, int columns) {
    return new PatchGrid(rows, columns, 4, 4, 3);
  }

  static Stream<Arguments> strategies() {
    return Stream.of(
        Arguments.of(new MaskNoise.Random(SQUARE), SQUARE, 49),
        Arguments.of(new MaskNoise.Random(grid(3, 5)), grid(3, 5), 6),
        Arguments.of(new MaskNoise.Block(SQUARE, 98), SQUARE, 98),
        Arguments.of(new MaskNoise.Block(SQUARE, 49), SQUARE, 49),
        Arguments.of(new MaskNoise.Block(SQUARE, 1), SQUARE, 1),
        Arguments.of(new MaskNoise.Block(SQUARE, 195), SQUARE, 195),
        Arguments.of(new MaskNoise.Block(grid(2, 9), 7), grid(2, 9), 7),
        Arguments.of(new MaskNoise.Block(grid(3, 3), 4), grid(3, 3), 4),
        Arguments.of(new MaskNoise.Block(grid(1, 30), 15), grid(1, 30), 15),
        Arguments.of(new MaskNoise.Grid(SQUARE), SQUARE, 49),
        Arguments.of(new MaskNoise.Grid(grid(4, 6)), grid(4, 6), 6));
  }

  @ParameterizedTest(name = "{0} showing {2}")
  @MethodSource("strategies")
  void hidesExactlyTheStatedCountThroughMasking(MaskNoise strategy, PatchGrid grid, int visible) {
    for (var mask : masks(strategy, grid, visible)) {
      int hidden = 0;
      for (boolean m : mask) {
        hidden += m ? 1 : 0;
      }
      assertThat(hidden).isEqualTo(grid.count() - visible);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void isTheSameForTheSameDrawAndAnotherForAnother(
      MaskNoise strategy, PatchGrid grid, int visible) {
    var draws = new Draws(7);
    assertThat(strategy.draw(draws.at("mask", 3, 14)))
        .hasSize(grid.count())
        .containsExactly(strategy.draw(draws.at("mask", 3, 14)))
        .isNotEqualTo(strategy.draw(draws.at("mask", 3, 15)));
  }

  @Test
  void ofAGridShowsTheUpperLeftOfEveryFourPatches() {
    for (var mask : masks(new MaskNoise.Grid(SQUARE), SQUARE, 49)) {
      for (int patch = 0; patch < mask.length; patch++) {
        boolean upperLeft = patch / 14 % 2 == 0 && patch % 14 % 2 == 0;
        assertThat(mask[patch]).isEqualTo(!upperLeft);
      }
    }
  }

  /**
   * The border between hidden and visible, in patch sides. Of the 364 inner sides a random mask of
   * half the patches separates half, 182, with a standard deviation below 10; a mask of rectangles
   * of 16 patches and more separates far fewer.
   */
  @Test
  void ofBlocksHidesConnectedAreasWhichRandomNoiseDoesNot() {
    for (var mask : masks(new MaskNoise.Block(SQUARE, 98), SQUARE, 98)) {
      assertThat(border(mask)).isLessThan(120);
    }
    for (var mask : masks(new MaskNoise.Random(SQUARE), SQUARE, 98)) {
      assertThat(border(mask)).isGreaterThan(120);
    }
  }

  @Test
  void ofBlocksReachesEveryPatchOfTheGrid() {
    var ever = new boolean[SQUARE.count()];
    for (var mask : masks(new MaskNoise.Block(SQUARE, 98), SQUARE, 98)) {
      for (int i = 0; i < mask.length; i++) {
        ever[i] |= mask[i];
      }
    }
    assertThat(ever).doesNotContain(false);
  }

  @Test
  void atRandomHidesEveryPatchEquallyOften() {
    var times = new int[SQUARE.count()];
    for (var mask : masks(new MaskNoise.Random(SQUARE), SQUARE, 49)) {
      for (int i = 0; i < mask.length; i++) {
        times[i] += mask[i] ? 1 : 0;
      }
    }
    // Binomial(100, 0.75): 75 with a standard deviation of 4.3; five of them.
    assertThat(Arrays.stream(times)).allMatch(n -> Math.abs(n - 75) < 22);
  }

  @Test
  void thatIsGivenHidesExactlyTheGivenPatchesOfEveryImage() {
    for (var mask : masks(MaskNoise.Given.hiding(SQUARE, List.of(0, 7, 195)), SQUARE, 193)) {
      for (int patch = 0; patch < mask.length; patch++) {
        assertThat(mask[patch]).isEqualTo(patch == 0 || patch == 7 || patch == 195);
      }
    }
    var noise = new float[] {0.3f, 0.1f, 0.2f};
    assertThat(new MaskNoise.Given(noise).draw(new Draws(1).at("mask"))).containsExactly(noise);
  }

  @Test
  void ofAGridRefusesAnOddOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MaskNoise.Grid(grid(7, 7)))
        .withMessageContaining("a grid of 7 x 7 patches is not even");
  }

  private static int border(boolean[] mask) {
    int border = 0;
    for (int i = 0; i < mask.length; i++) {
      border += i % 14 < 13 && mask[i] != mask[i + 1] ? 1 : 0;
      border += i / 14 < 13 && mask[i] != mask[i + 14] ? 1 : 0;
    }
    return border;
  }

  /** What the network would hide of a hundred images. */
  private static boolean[][] masks(MaskNoise strategy, PatchGrid grid, int visible) {
    var noise = new float[IMAGES * grid.count()];
    for (int i = 0; i < IMAGES; i++) {
      var drawn = strategy.draw(new Draws(4).at("mask", i));
      System.arraycopy(drawn, 0, noise, i * grid.count(), grid.count());
    }
    try (var graph = new ScratchGraph()) {
      var input = graph.input(IMAGES, grid.count());
      graph.feed(input, noise);
      var masking = Masking.lowest(graph.tf(), input, grid.count(), visible);
      var flat = graph.run(masking.mask(graph.tf()));
      var masks = new boolean[IMAGES][grid.count()];
      for (int i = 0; i < flat.length; i++) {
        masks[i / grid.count()][i % grid.count()] = flat[i] == 1;
      }
      return masks;
    }
  }
}
