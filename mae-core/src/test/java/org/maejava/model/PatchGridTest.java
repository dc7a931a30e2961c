package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.Golden;
import org.maejava.golden.ScratchGraph;
import org.maejava.nn.Init;
import org.maejava.random.Draws;

@DisplayName("The patch grid")
class PatchGridTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1",
    "1, 5, 3, 2, 4",
    "8, 8, 4, 4, 3",
    "3, 4, 4, 5, 4",
    "7, 2, 1, 6, 1",
    "2, 3, 8, 1, 2"
  })
  void givesBackTheImageThatItCut(int rows, int columns, int height, int width, int channels) {
    var grid = new PatchGrid(rows, columns, height, width, channels);
    try (var graph = new ScratchGraph()) {
      var shape = new int[] {2, grid.height(), grid.width(), channels};
      var image = Init.normal(1).values(shape, new Draws(1).at("image"));
      var input = graph.input(2, grid.height(), grid.width(), channels);
      graph.feed(input, image);
      var patches = grid.patchify(graph.tf(), input);
      assertThat(patches.shape().asArray()).containsExactly(2, grid.count(), grid.patchSize());
      assertThat(graph.run(grid.unpatchify(graph.tf(), patches))).containsExactly(image);
    }
  }

  @Test
  void ordersPatchesByRowAndTheirValuesByRowColumnChannel() {
    var grid = new PatchGrid(2, 3, 2, 4, 2);
    try (var graph = new ScratchGraph()) {
      var image = new float[grid.count() * grid.patchSize()];
      for (int i = 0; i < image.length; i++) {
        image[i] = i;
      }
      var input = graph.input(1, 4, 12, 2);
      graph.feed(input, image);
      var patches = graph.run(grid.patchify(graph.tf(), input));
      int at = 0;
      for (int patch = 0; patch < 6; patch++) {
        for (int y = patch / 3 * 2; y < patch / 3 * 2 + 2; y++) {
          for (int x = patch % 3 * 4; x < patch % 3 * 4 + 4; x++) {
            for (int c = 0; c < 2; c++) {
              assertThat(patches[at++]).isEqualTo((y * 12 + x) * 2 + c);
            }
          }
        }
      }
    }
  }

  @Test
  void keepsAsManyPatchesAsThePublishedCode() {
    var counts = Golden.json("len_keep").getAsJsonArray();
    assertThat(counts).hasSizeGreaterThan(100);
    for (var element : counts) {
      var entry = element.getAsJsonObject();
      int kept =
          PatchGrid.visibleCount(entry.get("L").getAsInt(), entry.get("mask_ratio").getAsDouble());
      assertThat(kept).as(entry.toString()).isEqualTo(entry.get("len_keep").getAsInt());
    }
  }

  @Test
  void hidesNothingAtARatioOfZero() {
    assertThat(new PatchGrid(4, 4, 4, 4, 3).visibleCount(0)).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.5, 0.95, 1, 1.5, Double.NaN})
  void refusesARatioThatHidesEverythingOrIsNone(double ratio) {
    var grid = new PatchGrid(4, 4, 4, 4, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grid.visibleCount(ratio))
        .withMessageContainingAll("mask ratio " + ratio, "of 16 patches");
  }
}
