package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Plain operations in the order in which TensorFlow's optimiser knows to fuse them: on processors a
 * product, its bias and GELU become one kernel, in bfloat16 too, which computes in float32 inside.
 * Elsewhere they are what they are, so an export needs nothing special.
 *
 * <p>In float32 the values are {@link PortableKernels}'. In bfloat16 bias, GELU and softmax take
 * and give bfloat16, of which gradients would be too coarse: for forward passes alone.
 */
enum InferenceKernels implements Kernels {
  INSTANCE;

  @Override
  public <T extends TFloating, U extends TFloating> Operand<U> linear(
      Ops tf,
      Operand<T> rows,
      Operand<TFloat32> weight,
      Operand<TFloat32> bias,
      Class<U> resultType) {
    return Casts.to(tf, linear(tf, rows, weight, bias), resultType);
  }

  private static <T extends TFloating> Operand<T> linear(
      Ops tf, Operand<T> rows, Operand<TFloat32> weight, Operand<TFloat32> bias) {
    var matrix = Casts.to(tf, weight, rows.type());
    var product = tf.linalg.matMul(rows, matrix, MatMul.transposeB(true));
    return tf.nn.biasAdd(product, Casts.to(tf, bias, rows.type()));
  }

  @Override
  public Operand<TFloat32> layerNorm(
      Ops tf,
      Operand<TFloat32> x,
      Operand<TFloat32> weight,
      Operand<TFloat32> bias,
      float epsilon) {
    return PortableKernels.INSTANCE.layerNorm(tf, x, weight, bias, epsilon);
  }

  @Override
  public <T extends TFloating> Operand<T> linearGelu(
      Ops tf, Operand<T> rows, Operand<TFloat32> weight, Operand<TFloat32> bias) {
    return PortableKernels.gelu(tf, linear(tf, rows, weight, bias));
  }

  @Override
  public <T extends TFloating> Operand<T> attention(
      Ops tf, Operand<T> query, Operand<T> key, Operand<T> value) {
    var type = query.type();
    var factor = Casts.to(tf, tf.constant(PortableKernels.scale(query)), type);
    var scaled = tf.math.mul(query, factor);
    var scores = BatchedProduct.of(tf, scaled, key, false, true);
    return BatchedProduct.of(tf, tf.nn.softmax(scores), value, false, false);
  }
}
