package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * {@code x · Wᵀ + b} over the last axis: {@code [.., in]} → {@code [.., out]}, W {@code [out, in]}.
 */
public final class Linear implements Layer {

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

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    var rows = tf.reshape(x, tf.constant(new int[] {-1, in}));
    var product = tf.linalg.matMul(rows, weight, MatMul.transposeB(true));
    return tf.reshape(tf.nn.biasAdd(product, bias), Shapes.withLast(tf, x, out));
  }
}
