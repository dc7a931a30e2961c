package org.maejava.eval.segment;

import java.util.List;
import org.maejava.data.segment.LabelMap;
import org.maejava.eval.proto.ClassIou;
import org.maejava.eval.proto.SegmentationScores;

/** Pixels by their class and the answer to them. */
final class Confusion {

  private final long[][] counts;

  /** Of no pixels. */
  Confusion(int classes) {
    counts = new long[classes][classes];
  }

  /**
   * Adds pixels; those that are {@link LabelMap#IGNORED} are left out.
   *
   * @param truth class of each
   * @param answers to each
   */
  void add(int[] truth, int[] answers) {
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] != LabelMap.IGNORED) {
        counts[truth[i]][answers[i]]++;
      }
    }
  }

  /**
   * Intersections over unions; a class that is neither in the truth nor in the answers has none and
   * is left out of the mean (Everingham et al., 2015).
   *
   * @param names of classes; those without are called by their index
   */
  SegmentationScores scores(List<String> names) {
    var scores = SegmentationScores.newBuilder();
    int classes = counts.length;
    double sum = 0;
    int judged = 0;
    long right = 0;
    long all = 0;
    for (int c = 0; c < classes; c++) {
      long truth = 0;
      long answers = 0;
      for (int other = 0; other < classes; other++) {
        truth += counts[c][other];
        answers += counts[other][c];
        scores.addConfusion(counts[c][other]);
      }
      long union = truth + answers - counts[c][c];
      var one =
          ClassIou.newBuilder()
              .setName(c < names.size() ? names.get(c) : Integer.toString(c))
              .setPixels(truth);
      if (union > 0) {
        double iou = (double) counts[c][c] / union;
        one.setIou(iou);
        sum += iou;
        judged++;
      }
      scores.addClasses(one);
      right += counts[c][c];
      all += truth;
    }
    return scores
        .setMeanIou(judged == 0 ? 0 : sum / judged)
        .setPixelAccuracy(all == 0 ? 0 : (double) right / all)
        .build();
  }
}
