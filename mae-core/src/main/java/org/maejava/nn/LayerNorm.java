package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Normalises the last axis to mean 0 and variance 1, then scales and shifts (Ba et al., 2016). */
public final class LayerNorm implements Layer {

  /** Added to the variance; the published value, not Keras' 1e-3. */
  public static final double EPSILON = 1e-6;

  private final Kernels kernels;
  private final Operand<TFloat32> weight;
  private final Operand<TFloat32> bias;
  private final float epsilon;

  public LayerNorm(Params params, int width) {
    this(params, width, EPSILON);
  }

  /** With another number added to the variance than the published one. */
  public LayerNorm(Params params, int width, double epsilon) {
    kernels = params.kernels();
    this.epsilon = (float) epsilon;
    weight = params.get("weight", Init.ones(), width);
    bias = params.get("bias", Init.zeros(), width);
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    return kernels.layerNorm(tf, x, weight, bias, epsilon);
  }
}
