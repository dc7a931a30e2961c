package org.maejava.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class HolmTest {

  /**
   * R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") by hand: 3, 1, 2 and 4 times, never falling.
   */
  @Test
  void multipliesByTheTestsThatAreLeftAndNeverFalls() {
    assertThat(Holm.corrected(List.of(0.01, 0.04, 0.03, 0.005)))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, Offset.offset(1e-12));
  }

  @Test
  void neverExceedsOne() {
    assertThat(Holm.corrected(List.of(0.6, 0.9))).containsExactly(1, 1);
    assertThat(Holm.corrected(List.of())).isEmpty();
  }
}
