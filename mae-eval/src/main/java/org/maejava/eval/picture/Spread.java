package org.maejava.eval.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.maejava.data.source.Source;

/** A few images of many. */
public final class Spread {

  private Spread() {}

  /**
   * At most so many images: of each class as many as of every other or one more, evenly over the
   * source's order within it. They keep that order.
   */
  public static Source over(Source source, int count) {
    var byClass = new TreeMap<Integer, List<Integer>>();
    for (int i = 0; i < source.size(); i++) {
      byClass.computeIfAbsent(source.label(i), label -> new ArrayList<>()).add(i);
    }
    var classes = evenly(List.copyOf(byClass.values()), count);
    var chosen = new ArrayList<Integer>();
    int left = Math.min(count, source.size());
    // The smallest class first: what it lacks is made up for by the others.
    var smallestFirst = new ArrayList<>(classes);
    smallestFirst.sort((a, b) -> Integer.compare(a.size(), b.size()));
    for (int k = 0; k < smallestFirst.size(); k++) {
      int share = (left + smallestFirst.size() - k - 1) / (smallestFirst.size() - k);
      var some = evenly(smallestFirst.get(k), share);
      chosen.addAll(some);
      left -= some.size();
    }
    return source.subset(chosen.stream().mapToInt(Integer::intValue).sorted().toArray());
  }

  /**
   * Where an image is in a source; in batches those are missing that cannot be read, so only the
   * name tells.
   *
   * @param from no image before it has the name
   * @throws java.util.NoSuchElementException if none behind has
   */
  public static int indexOf(String name, Source source, int from) {
    return IntStream.range(from, source.size())
        .filter(index -> source.get(index).name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static <T> List<T> evenly(List<T> all, int count) {
    int few = Math.min(count, all.size());
    var chosen = new ArrayList<T>();
    for (int i = 0; i < few; i++) {
      chosen.add(all.get((int) ((long) i * all.size() / few)));
    }
    return chosen;
  }
}
