package org.maejava.data.source;

/**
 * Sources that are held in Java's heap as a whole: what would not fit is refused before it is read.
 */
final class HeldWhole {

  /** Files that are joined are there twice for a moment. */
  private static final long MOST = Runtime.getRuntime().maxMemory() / 3;

  private HeldWhole() {}

  /**
   * Nothing, if so many bytes fit.
   *
   * @param what holds them, as a message names it
   * @throws DataException if they do not
   */
  static void requireFits(Object what, long bytes) {
    if (bytes > MOST) {
      throw new DataException(
          "%s has %,d bytes, which are held in memory as a whole; at most %,d may be, a third of Java's heap (-Xmx)"
              .formatted(what, bytes, MOST));
    }
  }
}
