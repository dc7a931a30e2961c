package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Linear, GELU, Linear: {@code [B, T, D]} → {@code [B, T, D]}.
 *
 * <p>GELU is the exact one, x · Φ(x), as published. With h = √½ · x it is √½ · h · (1 + erf h):
 * both factors are applied to the weights on either side, so only three passes over the widest
 * activation of the network remain.
 */
public final class Mlp implements Layer {

  private static final float ROOT_HALF = (float) Math.sqrt(0.5);

  private final Linear fc1;
  private final Linear fc2;

  public Mlp(Params params, int width, int hiddenWidth) {
    fc1 = new Linear(params.at("fc1"), width, hiddenWidth);
    fc2 = new Linear(params.at("fc2"), hiddenWidth, width);
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    var h = fc1.applyScaled(tf, x, ROOT_HALF);
    var activated = tf.math.mul(h, tf.math.add(tf.math.erf(h), tf.constant(1f)));
    return fc2.applyToScaled(tf, activated, ROOT_HALF);
  }
}
