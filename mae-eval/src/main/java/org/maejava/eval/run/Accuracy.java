package org.maejava.eval.run;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;
import org.maejava.proto.Evaluation;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;

/**
 * The sum over evaluation batches: how many images were classified rightly, and how sure that share
 * is.
 *
 * <p>Padding (weight 0) is skipped, so every image counts exactly once. Among equal logits the
 * lowest class is the answer, and a NaN never wins.
 */
public final class Accuracy {

  /** Confidence of the interval. */
  public static final double CONFIDENCE = 0.95;

  private static final int TOP = 5;

  private int images;
  private int correct;
  private int top5;
  private double loss;

  /**
   * Adds a batch.
   *
   * @param logits {@code [B, classes]}
   * @param labels {@code [B, classes]}, one-hot (or class probabilities: the largest is the answer)
   * @param weights {@code [B]}: 1 for an image, 0 for padding
   * @throws IllegalArgumentException if the shapes do not agree or a weight is neither 0 nor 1
   */
  public void add(FloatNdArray logits, FloatNdArray labels, FloatNdArray weights) {
    checkArgument(
        logits.shape().numDimensions() == 2
            && logits.shape().equals(labels.shape())
            && weights.shape().equals(Shape.of(logits.shape().get(0))),
        "logits %s and labels %s must be [B, classes] and weights %s [B]",
        logits.shape(),
        labels.shape(),
        weights.shape());
    int rows = (int) logits.shape().get(0);
    for (int i = 0; i < rows; i++) {
      float weight = weights.getFloat(i);
      checkArgument(
          weight == 0 || weight == 1, "weight %s is neither 1 (image) nor 0 (padding)", weight);
      if (weight == 1) {
        add(Judgement.of(row(logits, i), row(labels, i)));
      }
    }
  }

  /**
   * What counts of one image.
   *
   * @param rank how many classes are put before its own
   * @param loss cross-entropy
   */
  record Judgement(int rank, double loss) {

    /**
     * Of scores.
     *
     * @param logits {@code [classes]}
     * @param labels {@code [classes]}
     */
    static Judgement of(float[] logits, float[] labels) {
      return new Judgement(rankOf(logits, largest(labels)), crossEntropy(logits, labels));
    }
  }

  /** Adds an image. */
  void add(Judgement image) {
    if (image.rank() == 0) {
      correct++;
    }
    if (image.rank() < TOP) {
      top5++;
    }
    loss += image.loss();
    images++;
  }

  /** Images added so far, padding not counted. */
  public int images() {
    return images;
  }

  /**
   * The figures, with the Wilson score interval (E. B. Wilson, 1927) of the accuracy.
   *
   * @throws IllegalStateException if no image was added
   */
  public Evaluation evaluation() {
    checkState(images > 0, "no image was evaluated: there is no accuracy to state");
    var interval = interval(images, correct);
    return Evaluation.newBuilder()
        .setImages(images)
        .setCorrect(correct)
        .setAccuracy((double) correct / images)
        .setTop5Accuracy((double) top5 / images)
        .setLoss(loss / images)
        .setAccuracyLow(interval.getLowerBound())
        .setAccuracyHigh(interval.getUpperBound())
        .build();
  }

  /** Wilson's score interval of a share, 95 %, within 0 and 1; of no image, all of it. */
  public static ConfidenceInterval interval(int images, int correct) {
    if (images == 0) {
      return new ConfidenceInterval(0, 1, CONFIDENCE);
    }
    var interval = new WilsonScoreInterval().createInterval(images, correct, CONFIDENCE);
    // Rounding may leave [0, 1] by an ulp when nothing or everything is right.
    return new ConfidenceInterval(
        Math.max(0, interval.getLowerBound()), Math.min(1, interval.getUpperBound()), CONFIDENCE);
  }

  /** How many classes are put before this one. */
  private static int rankOf(float[] logits, int label) {
    int ahead = 0;
    for (int i = 0; i < logits.length; i++) {
      boolean behind = i < label ? logits[label] > logits[i] : logits[label] >= logits[i];
      // Negated rather than turned round: every comparison with NaN is false.
      if (i != label && !behind) {
        ahead++;
      }
    }
    return Float.isNaN(logits[label]) ? logits.length : ahead;
  }

  private static double crossEntropy(float[] logits, float[] labels) {
    double highest = logits[largest(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - highest);
    }
    double logSum = highest + Math.log(sum);
    double result = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != 0) {
        result += labels[i] * (logSum - logits[i]);
      }
    }
    return result;
  }

  /** Where the largest value is, of equals the first. */
  static int largest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** One of a matrix's rows. */
  static float[] row(FloatNdArray matrix, int index) {
    var row = new float[(int) matrix.shape().get(1)];
    for (int i = 0; i < row.length; i++) {
      row[i] = matrix.getFloat(index, i);
    }
    return row;
  }
}
