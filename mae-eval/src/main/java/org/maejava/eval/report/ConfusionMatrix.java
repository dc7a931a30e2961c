package org.maejava.eval.report;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.maejava.eval.proto.AnswersByClass;

/**
 * What images of a class were taken for: all classes, or of many those with the most wrong answers.
 *
 * @param answers what it is of
 * @param labels the classes shown, in order
 * @param counts images by label and answer
 */
public record ConfusionMatrix(
    AnswersByClass answers, List<Integer> labels, Table<Integer, Integer, Integer> counts) {

  private static final int MOST = 20;

  static ConfusionMatrix of(AnswersByClass answers) {
    var counts = HashBasedTable.<Integer, Integer, Integer>create();
    answers
        .getConfusionsList()
        .forEach(pair -> counts.put(pair.getLabel(), pair.getAnswer(), pair.getImages()));
    for (int i = 0; i < answers.getClassesCount(); i++) {
      counts.put(i, i, answers.getClasses(i).getRight());
    }
    Comparator<Integer> wrong =
        Comparator.comparingInt(
            label -> answers.getClasses(label).getRight() - answers.getClasses(label).getImages());
    var labels =
        IntStream.range(0, answers.getClassesCount())
            .boxed()
            .sorted(wrong)
            .limit(MOST)
            .sorted()
            .toList();
    return new ConfusionMatrix(answers, labels, counts);
  }

  /** Whether every class is shown. */
  public boolean isWhole() {
    return labels.size() == answers.getClassesCount();
  }

  /** Images of one class that were taken for another, or for itself. */
  public int images(int label, int answer) {
    var count = counts.get(label, answer);
    return count == null ? 0 : count;
  }

  /** As a share of the class; 0 without an image. */
  public double share(int label, int answer) {
    int all = answers.getClasses(label).getImages();
    return all == 0 ? 0 : (double) images(label, answer) / all;
  }
}
