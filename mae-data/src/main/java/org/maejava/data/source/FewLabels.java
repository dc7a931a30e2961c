package org.maejava.data.source;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.maejava.words.Counted;

/**
 * Balanced draws of a few labelled examples. For one seed they are nested: the 200 are among the
 * 1,000, so curves over the number of labels compare like with like. The examples stay in the
 * source's order.
 */
public final class FewLabels {

  private FewLabels() {}

  /**
   * The same number of examples of each class.
   *
   * @throws DataException naming the classes that have fewer
   */
  public static Source perClass(Source source, int count, long seed) {
    checkArgument(count > 0, "%s examples of each class; it must be at least 1", count);
    var byClass = drawn(source, seed);
    var scarce = new ArrayList<String>();
    for (int label = 0; label < byClass.size(); label++) {
      if (byClass.get(label).size() < count) {
        scarce.add(source.classes().get(label) + " (" + byClass.get(label).size() + ")");
      }
    }
    if (!scarce.isEmpty()) {
      throw new DataException(
          "there are fewer than %s of each class: of %s"
              .formatted(Counted.of(count, "labelled image"), String.join(", ", scarce)));
    }
    return inOrder(source, byClass.stream().flatMap(of -> of.subList(0, count).stream()).toList());
  }

  /**
   * A number of examples, each class as often as every other or once more. A class that runs out is
   * made up for by the others.
   *
   * @throws DataException if the source has fewer labelled examples
   */
  public static Source balanced(Source source, int count, long seed) {
    checkArgument(count > 0, "%s labels were asked for; there must be at least 1", count);
    var byClass = drawn(source, seed);
    int available = byClass.stream().mapToInt(List::size).sum();
    if (count > available) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "there are %s, fewer than the %,d asked for; where no number is given, all are taken",
              Counted.of(available, "labelled image"),
              count));
    }
    var chosen = new ArrayList<Integer>(count);
    for (int round = 0; chosen.size() < count; round++) {
      for (var ofClass : byClass) {
        if (round < ofClass.size() && chosen.size() < count) {
          chosen.add(ofClass.get(round));
        }
      }
    }
    return inOrder(source, chosen);
  }

  /** Every labelled example; the source itself if it has no others. */
  public static Source all(Source source) {
    var labelled =
        IntStream.range(0, source.size())
            .filter(i -> source.label(i) != Example.UNLABELLED)
            .toArray();
    return labelled.length == source.size() ? source : source.subset(labelled);
  }

  /**
   * The same share of each class's examples, rounded, and at least one of each class that has any.
   *
   * @param share above 0, at most 1
   */
  public static Source share(Source source, double share, long seed) {
    checkArgument(share > 0 && share <= 1, "a share of %s; it must be above 0, at most 1", share);
    return inOrder(
        source,
        drawn(source, seed).stream()
            .filter(ofClass -> !ofClass.isEmpty())
            .flatMap(
                ofClass ->
                    ofClass
                        .subList(0, Math.max(1, (int) Math.round(share * ofClass.size())))
                        .stream())
            .toList());
  }

  private static List<List<Integer>> drawn(Source source, long seed) {
    // From label 0 on: without the unlabelled.
    return List.copyOf(ByClass.drawn(source, "labels", seed).tailMap(0).values());
  }

  private static Source inOrder(Source source, List<Integer> chosen) {
    var indices = chosen.stream().mapToInt(Integer::intValue).toArray();
    Arrays.sort(indices);
    return source.subset(indices);
  }
}
