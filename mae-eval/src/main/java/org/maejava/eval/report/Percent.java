package org.maejava.eval.report;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Shares as text. Of 2,000 images 1,519 are 75.95 %, which every place that prints it must round to
 * the same side; in binary it is a little less, and a mean of such shares less again. Templates
 * count with as many digits.
 */
public final class Percent {

  private static final int DIGITS = 12;

  private Percent() {}

  /** With one decimal, halves upwards: 0.7595 is 76.0. */
  public static String of(double share) {
    return BigDecimal.valueOf(share)
        .movePointRight(2)
        .setScale(DIGITS, RoundingMode.HALF_UP)
        .setScale(1, RoundingMode.HALF_UP)
        .toPlainString();
  }
}
