package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * {@code x · Wᵀ + b} over the last axis: {@code [.., in]} → {@code [.., out]}, W {@code [out, in]}.
 */
public final class Linear {

  private final int in;
  private final int out;
  private final Operand<TFloat32> weight;
  private final Operand<TFloat32> bias;

  /** Weights Xavier-uniform, bias zero (paper, A.1). */
  public Linear(Params params, int in, int out) {
    this(params, in, out, Init.xavierUniform());
  }

  public Linear(Params params, int in, int out, Init weightInit) {
    this.in = in;
    this.out = out;
    weight = params.get("weight", weightInit, out, in);
    bias = params.get("bias", Init.zeros(), out);
  }

  /** Computes in the type of its input. */
  public <T extends TFloating> Operand<T> apply(Ops tf, Operand<T> x) {
    var rows = tf.reshape(x, tf.constant(new int[] {-1, in}));
    var matrix = Casts.to(tf, weight, x.type());
    var product = tf.linalg.matMul(rows, matrix, MatMul.transposeB(true));
    return tf.reshape(plusBias(tf, product), Shapes.withLast(tf, x, out));
  }

  /**
   * BiasAdd is fused with the product, but its gradient is summed in the type of the values: in
   * bfloat16 the sum of many rows stops at 256, where Add's is summed in float32.
   */
  private <T extends TFloating> Operand<T> plusBias(Ops tf, Operand<T> product) {
    var cast = Casts.to(tf, bias, product.type());
    return product.type().equals(TFloat32.class)
        ? tf.nn.biasAdd(product, cast)
        : tf.math.add(product, cast);
  }
}
