package org.maejava.eval.reliability;

import org.maejava.eval.proto.Answer;
import org.maejava.eval.proto.Answers;
import org.maejava.eval.proto.Calibration;
import org.maejava.eval.proto.ReliabilityBin;
import org.maejava.words.Counted;

/**
 * How far confidences are from accuracies: the expected calibration error over bins of equal width
 * (Naeini et al., 2015; Guo et al., 2017, section 2).
 */
public final class Calibrations {

  /** As in Guo et al. */
  public static final int BINS = 15;

  private Calibrations() {}

  /**
   * Of scores over a temperature.
   *
   * @param bins of (0, 1], at least 1
   * @throws IllegalArgumentException if there are no images or bins
   */
  public static Calibration of(Scores scores, double temperature, int bins) {
    int images = scores.labels().length;
    if (bins < 1 || images == 0) {
      throw new IllegalArgumentException(
          "%s for %s; there must be one of each at least"
              .formatted(Counted.of(bins, "bin"), Counted.of(images, "image")));
    }
    var confidences = new double[images];
    var right = new boolean[images];
    for (int i = 0; i < images; i++) {
      confidences[i] = confidence(scores.logits()[i], temperature);
      right[i] = answer(scores.logits()[i]) == scores.labels()[i];
    }
    return of(confidences, right, bins).toBuilder()
        .setLoss(Temperature.loss(scores.logits(), scores.labels(), temperature))
        .build();
  }

  /**
   * Of answers whose scores were not kept: without a loss.
   *
   * @param answered probabilities of the answers, one for each image
   * @param correct whether they are right
   * @param bins of (0, 1], at least 1
   */
  public static Calibration of(double[] answered, boolean[] correct, int bins) {
    int images = answered.length;
    var counts = new int[bins];
    var right = new int[bins];
    var confidences = new double[bins];
    for (int i = 0; i < images; i++) {
      int bin = (int) Math.max(0, Math.min(bins - 1, Math.ceil(answered[i] * bins) - 1));
      counts[bin]++;
      right[bin] += correct[i] ? 1 : 0;
      confidences[bin] += answered[i];
    }
    var calibration = Calibration.newBuilder();
    double expected = 0;
    double maximum = 0;
    int rightInAll = 0;
    for (int b = 0; b < bins; b++) {
      var bin =
          ReliabilityBin.newBuilder()
              .setLow((double) b / bins)
              .setHigh((b + 1.0) / bins)
              .setImages(counts[b]);
      if (counts[b] > 0) {
        double confidence = confidences[b] / counts[b];
        double accuracy = (double) right[b] / counts[b];
        bin.setConfidence(confidence).setAccuracy(accuracy);
        expected += Math.abs(confidence - accuracy) * counts[b] / images;
        maximum = Math.max(maximum, Math.abs(confidence - accuracy));
      }
      rightInAll += right[b];
      calibration.addBins(bin);
    }
    return calibration
        .setExpectedError(expected)
        .setMaximumError(maximum)
        .setAccuracy((double) rightInAll / images)
        .build();
  }

  /** What was said of every image. */
  public static Answers answers(Scores scores, Iterable<String> classes) {
    var answers = Answers.newBuilder().addAllClasses(classes);
    for (int i = 0; i < scores.labels().length; i++) {
      answers.addImages(
          Answer.newBuilder()
              .setName(scores.names().get(i))
              .setLabel(scores.labels()[i])
              .setAnswer(answer(scores.logits()[i]))
              .setConfidence(confidence(scores.logits()[i], 1)));
    }
    return answers.build();
  }

  /** The largest; of equals the first. */
  static int answer(float[] logits) {
    int best = 0;
    for (int c = 1; c < logits.length; c++) {
      best = logits[c] > logits[best] ? c : best;
    }
    return best;
  }

  private static double confidence(float[] logits, double temperature) {
    double highest = logits[answer(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((logit - highest) / temperature);
    }
    return 1 / sum;
  }
}
