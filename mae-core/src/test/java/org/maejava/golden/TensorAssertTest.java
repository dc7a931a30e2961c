package org.maejava.golden;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.maejava.golden.TensorAssert.assertThatValues;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The assertion on tensors")
class TensorAssertTest {

  @Test
  void letsValuesWithinTheBoundPassAndEqualOnesWithoutAny() {
    assertThatCode(
            () -> {
              assertThatValues(new float[] {0, 1}).isCloseTo(new float[] {0, 1}, 0, 0);
              assertThatValues(new float[] {0, 0}).isCloseTo(new float[] {0, 0}, 1e-5, 0);
              assertThatValues(new float[] {1.05f}).isCloseTo(new float[] {1}, 0.1, 0);
              assertThatValues(new float[] {0.05f}).isCloseTo(new float[] {0}, 0, 0.1);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void tellsTheWorstPlace() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () -> assertThatValues(new float[] {1.1f, 3, 1.2f}).isCloseTo(new float[3], 0, 0.5))
        .withMessageContaining("index 1: 3.0 instead of 0.0, 6.00 times the bound");
  }

  @Test
  void passesNoNanAndNoOtherLength() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> assertThatValues(new float[] {Float.NaN}).isCloseTo(new float[1], 1, 1));
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> assertThatValues(new float[2]).isCloseTo(new float[1], 1, 1));
  }
}
