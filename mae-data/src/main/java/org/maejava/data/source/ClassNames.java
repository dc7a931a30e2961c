package org.maejava.data.source;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.maejava.words.Counted;

/**
 * Classes as files write them, numbers or names, turned into labels.
 *
 * @param classes by label
 * @param labels one for each that was given
 */
record ClassNames(List<String> classes, ImmutableIntArray labels) {

  /** No classes for so many examples. */
  static ClassNames none(int examples) {
    return new ClassNames(
        List.of(),
        ImmutableIntArray.copyOf(IntStream.generate(() -> Example.UNLABELLED).limit(examples)));
  }

  /**
   * Labels of what was written for each example.
   *
   * @param written a whole number (from {@code first} on) or a name
   * @param known class names by label; if empty, the numbers up to the highest, or the names sorted
   * @param first the number of the first class
   * @param where for messages
   * @throws DataException naming what is not a known class
   */
  static ClassNames of(List<String> written, List<String> known, int first, String where) {
    boolean numbers = written.stream().allMatch(ClassNames::isNumber);
    if (numbers && !known.containsAll(written)) {
      return ofNumbers(written, known, first, where);
    }
    var classes = known.isEmpty() ? List.copyOf(new TreeSet<>(written)) : known;
    var byName = new HashMap<String, Integer>();
    classes.forEach(name -> byName.putIfAbsent(name, byName.size()));
    var unknown = written.stream().filter(name -> !byName.containsKey(name)).distinct().toList();
    if (!unknown.isEmpty()) {
      throw new DataException(
          "%s: %s not among the %d known ones: %s"
              .formatted(
                  where,
                  Counted.of(unknown.size(), "class is", "classes are"),
                  classes.size(),
                  few(unknown)));
    }
    return new ClassNames(
        classes, ImmutableIntArray.copyOf(written.stream().mapToInt(byName::get)));
  }

  /**
   * As the other, where the known classes may be in another order than the numbers mean: those of
   * ImageNet's development kit, say, are not in the order of the sorted names.
   *
   * @param numbered whether a number is a place among the known classes
   * @throws DataException also if it is not, and classes are numbers
   */
  static ClassNames of(
      List<String> written, boolean numbered, List<String> known, int first, String where) {
    if (!numbered
        && !known.isEmpty()
        && !known.containsAll(written)
        && written.stream().allMatch(ClassNames::isNumber)) {
      throw new DataException(
          "%s are numbers, and whether these follow the order of the training half's class names is not known (ImageNet's development kit numbers otherwise): give classes=FILE, the names in the numbers' order, or order=sorted"
              .formatted(where));
    }
    return of(written, known, first, where);
  }

  private static ClassNames ofNumbers(
      List<String> written, List<String> known, int first, String where) {
    var labels = written.stream().mapToInt(text -> Integer.parseInt(text) - first).toArray();
    int highest = IntStream.of(labels).max().orElse(-1);
    int lowest = IntStream.of(labels).min().orElse(0);
    if (lowest < 0 || (!known.isEmpty() && highest >= known.size())) {
      throw new DataException(
          "%s: the classes are numbered from %d to %d; they must be from %d to %s (option first says"
                  .formatted(
                      where,
                      lowest + first,
                      highest + first,
                      first,
                      known.isEmpty() ? "any" : Integer.toString(known.size() - 1 + first))
              + " which number is the first class)");
    }
    var classes =
        known.isEmpty()
            ? IntStream.rangeClosed(0, highest)
                .mapToObj(label -> Integer.toString(label + first))
                .toList()
            : known;
    return new ClassNames(classes, ImmutableIntArray.copyOf(labels));
  }

  private static boolean isNumber(String text) {
    return text.matches("\\d{1,9}");
  }

  /** The first few, for a message. */
  static String few(List<String> all) {
    var shown = new ArrayList<>(all.subList(0, Math.min(5, all.size())));
    if (all.size() > shown.size()) {
      shown.add("…");
    }
    return String.join(", ", shown);
  }
}
