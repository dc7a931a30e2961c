package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.Golden;
import org.maejava.nn.Init;
import org.maejava.random.Draws;

@DisplayName("The table of positions")
class PositionTableTest {

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 192})
  void isThePublishedOne(int width) {
    try (var golden = Golden.open("pos_embed")) {
      var table = PositionTable.sinCos(new PatchGrid(8, 8, 4, 4, 3), width);
      // Both computed in double; only the rounding to float may fall on the other side.
      assertThatValues(table).isCloseTo(golden.floats("d" + width + "_g8"), 1.2e-7, 0);
    }
  }

  @Test
  void encodesTheColumnFirstAndGivesTheClassTokenNothing() {
    int width = 8;
    var grid = new PatchGrid(2, 5, 4, 4, 3);
    var table = PositionTable.sinCos(grid, width);
    assertThat(Arrays.copyOf(table, width)).containsOnly(0);
    for (int patch = 0; patch < grid.count(); patch++) {
      var row = Arrays.copyOfRange(table, (1 + patch) * width, (2 + patch) * width);
      // The fastest sine and its cosine of each half tell the place.
      assertThat(Math.atan2(row[0], row[2])).isCloseTo(angle(patch % 5), within(1e-6));
      assertThat(Math.atan2(row[4], row[6])).isCloseTo(angle(patch / 5), within(1e-6));
    }
  }

  private static double angle(int position) {
    return Math.atan2(Math.sin(position), Math.cos(position));
  }

  @ParameterizedTest
  @CsvSource({"224to448, 14, 28", "32to64, 8, 16", "32to48, 8, 12", "224to112, 14, 7"})
  void isInterpolatedAsPublished(String sizes, int from, int to) {
    try (var golden = Golden.open("interpolate_pos_embed")) {
      for (var table : List.of(sizes + ".sincos", sizes + ".random")) {
        var resized =
            PositionTable.resize(golden.floats(table + ".in"), grid(from, from), grid(to, to));
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
    assertThat(PositionTable.resize(table, grid(4, 7), grid(4, 7))).containsExactly(table);
  }

  /** Rows and columns are interpolated apart: one after the other is both at once. */
  @Test
  void isInterpolatedAlongRowsAndColumnsApartOnGridsThatAreNotSquare() {
    var table = learned(grid(4, 5), 6);
    var both = PositionTable.resize(table, grid(4, 5), grid(9, 3));
    var down = PositionTable.resize(table, grid(4, 5), grid(9, 5));
    assertThatValues(PositionTable.resize(down, grid(9, 5), grid(9, 3))).isCloseTo(both, 1e-6, 0);
  }

  @Test
  void isInterpolatedTheSameWithRowsAndColumnsExchanged() {
    var from = grid(4, 5);
    var to = grid(7, 3);
    var table = learned(from, 6);
    var exchanged = PositionTable.resize(transposed(table, from, 6), grid(5, 4), grid(3, 7));
    assertThatValues(exchanged)
        .isCloseTo(transposed(PositionTable.resize(table, from, to), to, 6), 1e-6, 0);
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

  @Test
  void refusesAWidthThatIsNoMultipleOfFour() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PositionTable.sinCos(new PatchGrid(2, 2, 4, 4, 3), 6))
        .withMessageContaining("divisible by 4, not 6");
  }
}
