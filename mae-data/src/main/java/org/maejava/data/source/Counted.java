package org.maejava.data.source;

import java.util.Locale;

/** Things with their number, for sentences. */
public final class Counted {

  private Counted() {}

  /** {@code 1 image}, {@code 12,000 images}. */
  public static String images(int count) {
    return count == 1 ? "1 image" : String.format(Locale.ROOT, "%,d images", count);
  }

  static String classes(int count) {
    return count == 1 ? "1 class" : String.format(Locale.ROOT, "%,d classes", count);
  }
}
