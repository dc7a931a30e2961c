package org.maejava.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How two sets of named shapes differ.
 *
 * @param missing names that are wanted and not there
 * @param unexpected names that are there and not wanted
 * @param differing names whose shapes differ, with both shapes
 */
public record KeyDiff(List<String> missing, List<String> unexpected, List<String> differing) {

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
        differing);
  }

  /**
   * Accepts declared exceptions only.
   *
   * @param source what is read, for the message
   * @param mayMiss wanted names that may be absent: they keep their values
   * @param mayIgnore names that may be there though nothing reads them
   * @throws WeightMismatchException listing everything else
   */
  public void check(String source, Predicate<String> mayMiss, Predicate<String> mayIgnore) {
    var problems = new ArrayList<String>();
    report(problems, "missing", missing.stream().filter(mayMiss.negate()).toList());
    report(problems, "unexpected", unexpected.stream().filter(mayIgnore.negate()).toList());
    report(problems, "differently shaped", differing);
    if (!problems.isEmpty()) {
      throw new WeightMismatchException(
          "%s does not fit the model: %s".formatted(source, String.join("; ", problems)));
    }
  }

  private static void report(List<String> problems, String what, List<String> names) {
    if (!names.isEmpty()) {
      problems.add("%d %s: %s".formatted(names.size(), what, String.join(", ", names)));
    }
  }
}
