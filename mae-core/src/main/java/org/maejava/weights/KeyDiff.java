package org.maejava.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.maejava.words.Counted;

/**
 * How two sets of named shapes differ.
 *
 * @param missing names that are wanted and not there
 * @param unexpected names that are there and not wanted
 * @param differing names whose shapes differ, with both shapes
 * @param sizes in words, of encoders of different size: what is there and what is wanted; else
 *     empty
 */
public record KeyDiff(
    List<String> missing, List<String> unexpected, List<String> differing, String sizes) {

  private static final int SHOWN = 4;

  /** What {@code found} lacks, has beyond and has in another shape than {@code wanted}. */
  public static KeyDiff between(
      Map<String, List<Integer>> wanted, Map<String, List<Integer>> found) {
    var differing = new ArrayList<String>();
    wanted.forEach(
        (name, shape) -> {
          if (found.containsKey(name) && !found.get(name).equals(shape)) {
            differing.add("%s %s instead of %s".formatted(name, found.get(name), shape));
          }
        });
    return new KeyDiff(
        wanted.keySet().stream().filter(name -> !found.containsKey(name)).toList(),
        found.keySet().stream().filter(name -> !wanted.containsKey(name)).toList(),
        differing,
        sizes(EncoderSize.in(wanted), EncoderSize.in(found)));
  }

  private static String sizes(Optional<EncoderSize> wanted, Optional<EncoderSize> found) {
    return wanted.isEmpty() || found.isEmpty() || wanted.equals(found)
        ? ""
        : "it has %s; the model has %s".formatted(found.get(), wanted.get());
  }

  /**
   * Accepts declared exceptions only.
   *
   * @param source what is read, for the message
   * @param mayMiss wanted names that may be absent: they keep their values
   * @param mayIgnore names that may be there though nothing reads them
   * @throws WeightMismatchException of everything else
   */
  public void check(String source, Predicate<String> mayMiss, Predicate<String> mayIgnore) {
    var missed = missing.stream().filter(mayMiss.negate()).toList();
    var ignored = unexpected.stream().filter(mayIgnore.negate()).toList();
    if (!missed.isEmpty() || !ignored.isEmpty() || !differing.isEmpty()) {
      throw new WeightMismatchException(source, new KeyDiff(missed, ignored, differing, sizes));
    }
  }

  /** A line for each kind of difference, with every name. */
  List<String> whole() {
    return lines((what, names) -> headed(what, names) + String.join(", ", names));
  }

  /**
   * As {@link #whole}, short enough to be read: names that differ in numbers only, as the
   * parameters of blocks do, are one, and no kind of difference shows more than a few.
   */
  List<String> summary() {
    return lines(
        (what, names) -> {
          var kinds = new LinkedHashMap<String, Integer>();
          names.forEach(name -> kinds.merge(name.replaceAll("\\.\\d+\\.", ".*."), 1, Integer::sum));
          var shown =
              kinds.entrySet().stream()
                  .limit(SHOWN)
                  .map(kind -> kind.getKey() + (kind.getValue() > 1 ? " x " + kind.getValue() : ""))
                  .collect(Collectors.joining(", "));
          int more = kinds.size() - SHOWN;
          return headed(what, names)
              + shown
              + (more > 0 ? ", and " + Counted.of(more, "more kind") : "");
        });
  }

  private static String headed(String what, List<String> names) {
    return "%d %s: ".formatted(names.size(), what);
  }

  private List<String> lines(BiFunction<String, List<String>, String> show) {
    var kinds = new LinkedHashMap<String, List<String>>();
    kinds.put("missing", missing);
    kinds.put("unexpected", unexpected);
    kinds.put("differently shaped", differing);
    kinds.values().removeIf(List::isEmpty);
    return kinds.entrySet().stream()
        .map(kind -> show.apply(kind.getKey(), kind.getValue()))
        .toList();
  }
}
