package org.maejava.eval.picture;

import java.util.stream.IntStream;
import org.maejava.data.source.Source;

/** A few images of many. */
final class Spread {

  private Spread() {}

  /**
   * At most so many images, evenly over the source's order: sources are ordered by class, so the
   * classes are met alike.
   */
  static Source over(Source source, int count) {
    int few = Math.min(count, source.size());
    return source.subset(
        IntStream.range(0, few).map(i -> (int) ((long) i * source.size() / few)).toArray());
  }
}
