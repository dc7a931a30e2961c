package org.maejava.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PercentTest {

  @Test
  void halvesAreRoundedUpwardsAsTheReportDoes() {
    assertThat(Percent.of(1519 / 2000.0)).isEqualTo("76.0");
    assertThat(Percent.of(1517 / 2000.0)).isEqualTo("75.9");
    assertThat(Percent.of(0)).isEqualTo("0.0");
    assertThat(Percent.of(1)).isEqualTo("100.0");
    assertThat(Percent.of(2 / 3.0)).isEqualTo("66.7");
    // The mean of 60.75, 60.55 and 63.05 % as a program adds them up.
    assertThat(Percent.of(0.6144999999999999)).isEqualTo("61.5");
  }
}
