package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * {@code x · Φ(x)} with the exact error function, as published; the tanh form is slower here.
 *
 * <p>Folding the constants into the weights on either side saves passes but rounds differently
 * where a unit is saturated, which AdamW blows up to 3·10⁻⁵ after five steps.
 */
final class Gelu implements Layer {

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    var phi = tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))));
    var half = tf.math.mul(x, tf.constant(0.5f));
    return tf.math.mul(half, tf.math.add(phi, tf.constant(1f)));
  }
}
