package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maejava.golden.Golden;
import org.maejava.nn.Init;
import org.maejava.random.Draws;

@DisplayName("A table of positions for another grid")
class GridInterpolationTest {

  @ParameterizedTest
  @CsvSource({"224to448, 14, 28", "32to64, 8, 16", "32to48, 8, 12", "224to112, 14, 7"})
  void isInterpolatedAsPublished(String sizes, int from, int to) {
    try (var golden = Golden.open("interpolate_pos_embed")) {
      for (var table : List.of(sizes + ".sincos", sizes + ".random")) {
        var resized =
            GridInterpolation.resize(golden.floats(table + ".in"), grid(from, from), grid(to, to));
        assertThatValues(resized).as(table).isCloseTo(golden.floats(table + ".out"), 1e-5, 0);
      }
    }
  }

  private static PatchGrid grid(int rows, int columns) {
    return new PatchGrid(rows, columns, 4, 4, 3);
  }

  private static float[] learned(PatchGrid grid, int width) {
    var shape = new int[] {1, 1 + grid.count(), width};
    return Init.normal(1).values(shape, new Draws(3).at("table"));
  }

  @Test
  void isUnchangedOnItsOwnGrid() {
    var table = learned(grid(4, 7), 6);
    assertThat(GridInterpolation.resize(table, grid(4, 7), grid(4, 7))).containsExactly(table);
  }

  /** Rows and columns are interpolated apart: one after the other is both at once. */
  @Test
  void isInterpolatedAlongRowsAndColumnsApartOnGridsThatAreNotSquare() {
    var table = learned(grid(4, 5), 6);
    var both = GridInterpolation.resize(table, grid(4, 5), grid(9, 3));
    var down = GridInterpolation.resize(table, grid(4, 5), grid(9, 5));
    assertThatValues(GridInterpolation.resize(down, grid(9, 5), grid(9, 3)))
        .isCloseTo(both, 1e-6, 0);
  }

  @Test
  void isInterpolatedTheSameWithRowsAndColumnsExchanged() {
    var from = grid(4, 5);
    var to = grid(7, 3);
    var table = learned(from, 6);
    var exchanged = GridInterpolation.resize(transposed(table, from, 6), grid(5, 4), grid(3, 7));
    assertThatValues(exchanged)
        .isCloseTo(transposed(GridInterpolation.resize(table, from, to), to, 6), 1e-6, 0);
  }

  private static float[] transposed(float[] table, PatchGrid grid, int width) {
    var transposed = table.clone();
    for (int row = 0; row < grid.rows(); row++) {
      for (int column = 0; column < grid.columns(); column++) {
        System.arraycopy(
            table,
            (1 + row * grid.columns() + column) * width,
            transposed,
            (1 + column * grid.rows() + row) * width,
            width);
      }
    }
    return transposed;
  }
}
