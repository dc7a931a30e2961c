package org.maejava.words;

import java.util.Locale;

/** Things with their number, for sentences. */
public final class Counted {

  private Counted() {}

  /**
   * {@code 1 image}, {@code 12,000 images}, {@code 0 classes}, {@code 2 patches}.
   *
   * @param one the noun of one; its plural must be regular
   */
  public static String of(long count, String one) {
    boolean hissing = one.matches(".*(s|x|sh|tch)");
    return of(count, one, one + (hissing ? "es" : "s"));
  }

  /** {@code 1 image is}, {@code 12,000 images are}: whatever follows the number. */
  public static String of(long count, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
  }
}
