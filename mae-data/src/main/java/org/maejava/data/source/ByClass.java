package org.maejava.data.source;

import com.google.common.hash.Hashing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.maejava.random.Draws;

/** The examples of each class in a drawn order, which does not depend on the other classes. */
final class ByClass {

  private ByClass() {}

  /**
   * Indices by label, {@link org.maejava.data.source.Example#UNLABELLED} included.
   *
   * @param purpose of the draw: other purposes give other orders
   */
  static SortedMap<Integer, List<Integer>> drawn(Source source, String purpose, long seed) {
    var byClass = inOrder(source);
    var draws = new Draws(seed);
    byClass.forEach(
        (label, examples) -> {
          var random = draws.at(purpose, label);
          for (int i = examples.size() - 1; i > 0; i--) {
            Collections.swap(examples, i, random.nextInt(i + 1));
          }
        });
    return byClass;
  }

  /**
   * As {@link #drawn}, in an order that is each example's own: by a hash of the seed and its name,
   * without the folder that all lie in, so that others may come and go and that folder be renamed.
   */
  static SortedMap<Integer, List<Integer>> ranked(Source source, long seed) {
    var ranks = new long[source.size()];
    for (int i = 0; i < ranks.length; i++) {
      var name = Example.withoutFolder(source.get(i).name());
      ranks[i] =
          Hashing.murmur3_128().newHasher().putLong(seed).putUnencodedChars(name).hash().asLong();
    }
    var byClass = inOrder(source);
    byClass.values().forEach(examples -> examples.sort(Comparator.comparingLong(i -> ranks[i])));
    return byClass;
  }

  private static SortedMap<Integer, List<Integer>> inOrder(Source source) {
    var byClass = new TreeMap<Integer, List<Integer>>();
    for (int label = 0; label < source.classes().size(); label++) {
      byClass.put(label, new ArrayList<>());
    }
    for (int i = 0; i < source.size(); i++) {
      byClass.computeIfAbsent(source.label(i), label -> new ArrayList<>()).add(i);
    }
    return byClass;
  }
}
