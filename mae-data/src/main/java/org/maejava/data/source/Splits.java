package org.maejava.data.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A source cut in two, drawn by a seed and the examples' names: the same cut for the same examples,
 * whatever the machine, and nearly the same when some are added or removed, so that what was
 * learned from is not judged on afterwards. A smaller cut's examples are among a larger one's. Both
 * parts keep the source's order.
 */
public final class Splits {

  private Splits() {}

  /**
   * Two sources without a common example.
   *
   * @param cut what was asked for
   * @param rest all others
   */
  public record Split(Source cut, Source rest) {}

  /**
   * The same share of every class (of all, where there are no classes), rounded, and at least one
   * example of a class.
   *
   * @throws DataException if nothing would be cut off or left
   */
  public static Split byFraction(Source source, double fraction, long seed) {
    return cut(
        source,
        size -> Math.max(1, (int) Math.round(fraction * size)),
        seed,
        "a share of " + fraction);
  }

  /**
   * So many examples of every class, or in all, where there are no classes.
   *
   * @throws DataException naming the classes that have no more than that
   */
  public static Split perClass(Source source, int count, long seed) {
    return cut(source, size -> count, seed, count + " of each class");
  }

  private interface Share {
    int of(int size);
  }

  private static Split cut(Source source, Share share, long seed, String wanted) {
    var chosen = new ArrayList<Integer>();
    var scarce = new ArrayList<String>();
    var byClass = ByClass.ranked(source, seed);
    byClass.values().removeIf(List::isEmpty);
    if (!source.classes().isEmpty()) {
      byClass.remove(Example.UNLABELLED); // damaged records, say; they stay with the rest
    }
    byClass.forEach(
        (label, examples) -> {
          int count = share.of(examples.size());
          if (count >= examples.size()) {
            scarce.add(
                "%s (%,d)"
                    .formatted(
                        label < 0 ? "images without a class" : source.classes().get(label),
                        examples.size()));
            return;
          }
          chosen.addAll(examples.subList(0, count));
        });
    if (!scarce.isEmpty() || chosen.isEmpty()) {
      throw new DataException(
          "%s cannot be cut off and leave any: %s"
              .formatted(wanted, scarce.isEmpty() ? source.about() : String.join(", ", scarce)));
    }
    return split(source, chosen);
  }

  private static Split split(Source source, List<Integer> chosen) {
    var cut = new boolean[source.size()];
    chosen.forEach(index -> cut[index] = true);
    return new Split(subset(source, cut, true), subset(source, cut, false));
  }

  private static Source subset(Source source, boolean[] cut, boolean wanted) {
    var indices = new int[source.size()];
    int count = 0;
    for (int i = 0; i < cut.length; i++) {
      if (cut[i] == wanted) {
        indices[count++] = i;
      }
    }
    return source.subset(Arrays.copyOf(indices, count));
  }
}
