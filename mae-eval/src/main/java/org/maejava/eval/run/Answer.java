package org.maejava.eval.run;

import java.util.function.Consumer;
import org.maejava.train.Batch;
import org.tensorflow.ndarray.FloatNdArray;

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

  /**
   * The answers of a batch, in its order, padding left out.
   *
   * @param logits {@code [B, classes]} for the batch's images
   * @param batch with {@link Batch#LABELS} and {@link Batch#WEIGHTS}
   */
  static void each(FloatNdArray logits, Batch batch, Consumer<Answer> to) {
    var labels = batch.floats(Batch.LABELS);
    for (int i = 0; i < batch.size(); i++) {
      var scores = Accuracy.row(logits, i);
      int answer = Accuracy.largest(scores);
      to.accept(
          new Answer(
              batch.names().get(i),
              Accuracy.largest(Accuracy.row(labels, i)),
              answer,
              probability(scores, answer)));
    }
  }

  private static double probability(float[] scores, int answer) {
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp((double) score - scores[answer]);
    }
    return 1 / sum;
  }
}
