package org.maejava.eval.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.random.Draws;

@DisplayName("Principal components")
class PrincipalComponentsTest {

  /** Points in a plane of a space of 20: their distances are those on the map. */
  @Test
  void ofAPlaneKeepAllDistances() {
    var random = new Draws(3).at("plane");
    var rows = new float[40][20];
    var axes = new double[2][20];
    for (int i = 0; i < 20; i++) {
      axes[0][i] = random.nextGaussian();
      axes[1][i] = random.nextGaussian();
    }
    for (var row : rows) {
      double a = 5 * random.nextGaussian();
      double b = random.nextGaussian();
      for (int i = 0; i < 20; i++) {
        row[i] = (float) (7 + a * axes[0][i] + b * axes[1][i]);
      }
    }
    var found = PrincipalComponents.of(rows);
    assertThat(found.firstShare() + found.secondShare()).isCloseTo(1, within(1e-9));
    assertThat(found.firstShare()).isGreaterThan(found.secondShare());
    for (int i = 1; i < rows.length; i++) {
      double there = 0;
      for (int j = 0; j < 20; j++) {
        there += Math.pow(rows[i][j] - rows[0][j], 2);
      }
      var a = found.points()[i];
      var b = found.points()[0];
      assertThat(Math.hypot(a[0] - b[0], a[1] - b[1])).isCloseTo(Math.sqrt(there), within(1e-4));
    }
  }

  @Test
  void ofMoreValuesThanRowsAreFound() {
    var rows = new float[][] {{0, 0, 0, 0, 1}, {0, 0, 0, 0, 2}, {0, 0, 0, 0, 3}};
    var found = PrincipalComponents.of(rows);
    assertThat(found.firstShare()).isCloseTo(1, within(1e-12));
    assertThat(Math.abs(found.points()[2][0] - found.points()[0][0])).isCloseTo(2, within(1e-9));
  }

  @Test
  void ofEqualRowsAreOnePoint() {
    var found = PrincipalComponents.of(new float[][] {{1, 2}, {1, 2}, {1, 2}});
    assertThat(found.firstShare()).isZero();
    assertThat(found.points()[1]).containsExactly(0, 0);
  }
}
