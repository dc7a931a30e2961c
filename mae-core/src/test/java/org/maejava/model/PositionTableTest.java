package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.Golden;

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

  @Test
  void refusesAWidthThatIsNoMultipleOfFour() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PositionTable.sinCos(new PatchGrid(2, 2, 4, 4, 3), 6))
        .withMessageContaining("divisible by 4, not 6");
  }
}
