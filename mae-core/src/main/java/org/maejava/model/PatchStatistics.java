package org.maejava.model;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * Mean and standard deviation of patches, unbiased, as the published normalisation takes them: what
 * turns a prediction of normalised pixels back into a picture.
 *
 * @param mean {@code [B, L, 1]}
 * @param deviation {@code [B, L, 1]}
 */
public record PatchStatistics(Operand<TFloat32> mean, Operand<TFloat32> deviation) {

  /** Where those of hidden patches come from. */
  public enum Source {
    /** From the visible patches near by: a picture shows nothing that the network was not given. */
    VISIBLE,
    /** From the hidden patches themselves: a picture shows their brightness and contrast. */
    TRUTH
  }

  private static final float EPSILON = 1e-6f;

  /** Weights fall with the fourth power of the distance, so that the nearest patches decide. */
  private static final double POWER = 4;

  /**
   * Their own.
   *
   * @param patches {@code [B, n, size]}
   */
  public static PatchStatistics of(Ops tf, Operand<TFloat32> patches, int size) {
    var mean = mean(tf, patches);
    var squares = tf.math.squaredDifference(patches, mean);
    var unbiased = tf.constant(size / (size - 1f));
    var variance = tf.math.mul(mean(tf, squares), unbiased);
    return new PatchStatistics(mean, tf.math.sqrt(tf.math.add(variance, tf.constant(EPSILON))));
  }

  /**
   * These for visible patches; for hidden ones the mean of the visible ones', weighted by inverse
   * distance (D. Shepard, "A two-dimensional interpolation function for irregularly-spaced data",
   * 1968).
   *
   * @param mask 1 for hidden, {@code [B, L]}; one patch at least is visible
   */
  PatchStatistics withHiddenFromVisible(Ops tf, Operand<TFloat32> mask, PatchGrid grid) {
    var visible = tf.math.sub(tf.constant(1f), mask);
    var weights = tf.constant(nearness(grid));
    var total = tf.linalg.matMul(visible, weights);
    return new PatchStatistics(
        filled(tf, mean, mask, visible, weights, total, grid),
        filled(tf, deviation, mask, visible, weights, total, grid));
  }

  private static Operand<TFloat32> filled(
      Ops tf,
      Operand<TFloat32> own,
      Operand<TFloat32> mask,
      Operand<TFloat32> visible,
      Operand<TFloat32> weights,
      Operand<TFloat32> total,
      PatchGrid grid) {
    var rows = tf.reshape(own, tf.constant(new int[] {-1, grid.count()}));
    var seen = tf.math.mul(visible, rows);
    var near = tf.math.divNoNan(tf.linalg.matMul(seen, weights), total);
    var filled = tf.math.add(seen, tf.math.mul(mask, near));
    return tf.reshape(filled, tf.constant(new int[] {-1, grid.count(), 1}));
  }

  /** Between patches, {@code [L, L]}, 0 to oneself. */
  private static float[][] nearness(PatchGrid grid) {
    var weights = new float[grid.count()][grid.count()];
    for (int i = 0; i < grid.count(); i++) {
      for (int j = 0; j < grid.count(); j++) {
        double down = (i / grid.columns() - j / grid.columns()) * grid.patchHeight();
        double across = (i % grid.columns() - j % grid.columns()) * grid.patchWidth();
        double side = Math.sqrt((double) grid.patchHeight() * grid.patchWidth());
        double distance = Math.hypot(down, across) / side;
        weights[i][j] = i == j ? 0 : (float) Math.pow(distance, -POWER);
      }
    }
    return weights;
  }

  private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> patches) {
    return tf.math.mean(patches, tf.constant(new int[] {-1}), Mean.keepDims(true));
  }
}
