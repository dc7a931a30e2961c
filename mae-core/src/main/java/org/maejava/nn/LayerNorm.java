package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/** Normalises the last axis to mean 0 and variance 1, then scales and shifts (Ba et al., 2016). */
public final class LayerNorm implements Layer {

  /** Added to the variance; the published value, not Keras' 1e-3. */
  public static final double EPSILON = 1e-6;

  private final Operand<TFloat32> weight;
  private final Operand<TFloat32> bias;
  private final float epsilon;

  public LayerNorm(Params params, int width) {
    this(params, width, EPSILON);
  }

  /** With another number added to the variance than the published one. */
  public LayerNorm(Params params, int width, double epsilon) {
    this.epsilon = (float) epsilon;
    weight = params.get("weight", Init.ones(), width);
    bias = params.get("bias", Init.zeros(), width);
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    var last = tf.constant(new int[] {-1});
    var centred = tf.math.sub(x, tf.math.mean(x, last, Mean.keepDims(true)));
    var variance = tf.math.mean(tf.math.square(centred), last, Mean.keepDims(true));
    var scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)));
    return tf.math.add(tf.math.mul(tf.math.mul(centred, scale), weight), bias);
  }
}
