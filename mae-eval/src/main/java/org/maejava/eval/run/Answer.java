package org.maejava.eval.run;

import java.util.BitSet;
import java.util.List;

/**
 * What a classifier says of one evaluation image.
 *
 * @param image its name
 * @param label its class, counted from 0
 * @param answer the likeliest class; of equals the first
 * @param probability of the answer, by softmax; NaN if a logit is
 */
public record Answer(String image, int label, int answer, double probability) {

  /** Whether it is right; never by a logit that is no number. */
  public boolean right() {
    return label == answer && !Double.isNaN(probability);
  }

  /** Which of them are right, by their place. */
  public static BitSet right(List<Answer> answers) {
    var right = new BitSet();
    for (int i = 0; i < answers.size(); i++) {
      right.set(i, answers.get(i).right());
    }
    return right;
  }

  /**
   * The answer that scores give.
   *
   * @param logits {@code [classes]}
   */
  public static Answer of(String image, int label, float[] logits) {
    int answer = Accuracy.largest(logits);
    return new Answer(image, label, answer, probability(logits, answer));
  }

  private static double probability(float[] scores, int answer) {
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp((double) score - scores[answer]);
    }
    return 1 / sum;
  }
}
