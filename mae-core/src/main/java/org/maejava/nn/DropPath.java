package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Stochastic depth (Huang et al., 2016): a branch's output is zero for the images whose noise is
 * below the probability, and divided by the probability of staying for the others.
 *
 * @param probability of a branch being skipped
 * @param noise uniform in [0, 1), {@code [B]}
 */
public record DropPath(double probability, Operand<TFloat32> noise) implements Layer {

  /** Never skips. */
  public static final Layer NONE = (tf, branch) -> branch;

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> branch) {
    float keep = (float) (1 - probability);
    // floor(noise + keep) is 1 for the images that stay.
    var stays = tf.math.floor(tf.math.add(noise, tf.constant(keep)));
    var factor = tf.math.div(stays, tf.constant(keep));
    return tf.math.mul(branch, tf.reshape(factor, tf.constant(new int[] {-1, 1, 1})));
  }
}
