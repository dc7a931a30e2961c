package org.maejava.savedmodel;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How likely each class is for one image.
 *
 * @param scores of all classes, the likeliest first
 */
public record Ranking(List<Score> scores) {

  /**
   * One class.
   *
   * @param index of the model's output
   * @param name of the class; its index where names are not known
   * @param probability 0 to 1; all classes' sum to 1
   */
  public record Score(int index, String name, float probability) {

    /** Such as {@code cat 0.931}. */
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s %.3f", name, probability);
    }
  }

  public Ranking {
    scores = List.copyOf(scores);
  }

  /**
   * Of the outputs of a classifier for one image.
   *
   * @param names in the order of the outputs, or empty
   */
  static Ranking of(float[] probabilities, List<String> names) {
    return new Ranking(
        IntStream.range(0, probabilities.length)
            .mapToObj(
                i ->
                    new Score(
                        i, names.isEmpty() ? Integer.toString(i) : names.get(i), probabilities[i]))
            .sorted(Comparator.comparing(Score::probability).reversed())
            .toList());
  }

  /** The likeliest class. */
  public Score best() {
    return scores.get(0);
  }

  /** The likeliest classes, best first; all if there are fewer. */
  public List<Score> top(int count) {
    return scores.subList(0, Math.min(count, scores.size()));
  }

  /** The five likeliest classes. */
  @Override
  public String toString() {
    return top(Signatures.TOP).stream().map(Score::toString).collect(Collectors.joining(", "));
  }
}
