package org.maejava.data.source;

/** Things with their number, for sentences. */
final class Counted {

  private Counted() {}

  static String images(int count) {
    return count == 1 ? "1 image" : "%,d images".formatted(count);
  }

  static String classes(int count) {
    return count == 1 ? "1 class" : "%,d classes".formatted(count);
  }
}
