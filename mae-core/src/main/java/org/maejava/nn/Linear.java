package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * {@code x · Wᵀ + b} over the last axis: {@code [.., in]} → {@code [.., out]}, W {@code [out, in]}.
 */
public final class Linear {

  private final Kernels kernels;
  private final int in;
  private final int out;
  private final Operand<TFloat32> weight;
  private final Operand<TFloat32> bias;

  /** Weights Xavier-uniform, bias zero (paper, A.1). */
  public Linear(Params params, int in, int out) {
    this(params, in, out, Init.xavierUniform());
  }

  public Linear(Params params, int in, int out, Init weightInit) {
    kernels = params.kernels();
    this.in = in;
    this.out = out;
    weight = params.get("weight", weightInit, out, in);
    bias = params.get("bias", Init.zeros(), out);
  }

  /** Computes in the type of its input. */
  public <T extends TFloating> Operand<T> apply(Ops tf, Operand<T> x) {
    return apply(tf, x, x.type());
  }

  /** Multiplies in the type of its input, adds the bias in another. */
  <T extends TFloating, U extends TFloating> Operand<U> apply(
      Ops tf, Operand<T> x, Class<U> resultType) {
    var rows = tf.reshape(x, tf.constant(new int[] {-1, in}));
    var product = kernels.linear(tf, rows, weight, bias, resultType);
    return tf.reshape(product, Shapes.withLast(tf, x, out));
  }

  /** This layer, GELU and another behind it, see {@link Kernels#mlp}. */
  <T extends TFloating> Operand<TFloat32> applyWithGelu(Ops tf, Operand<T> x, Linear second) {
    var rows = tf.reshape(x, tf.constant(new int[] {-1, in}));
    var result = kernels.mlp(tf, rows, weight, bias, second.weight, second.bias);
    return tf.reshape(result, Shapes.withLast(tf, x, second.out));
  }
}
