package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** Plain operations, whose gradients TensorFlow has: what training on accelerators uses. */
enum PortableKernels implements Kernels {
  INSTANCE;

  /**
   * BiasAdd is fused with the product, but its gradient is summed in the type of the values: in
   * bfloat16 the sum of many rows stops at 256, where Add's is summed in float32.
   */
  @Override
  public <T extends TFloating, U extends TFloating> Operand<U> linear(
      Ops tf,
      Operand<T> rows,
      Operand<TFloat32> weight,
      Operand<TFloat32> bias,
      Class<U> resultType) {
    var matrix = Casts.to(tf, weight, rows.type());
    var product = tf.linalg.matMul(rows, matrix, MatMul.transposeB(true));
    var result = Casts.to(tf, product, resultType);
    var shift = Casts.to(tf, bias, resultType);
    return resultType.equals(TFloat32.class)
        ? tf.nn.biasAdd(result, shift)
        : tf.math.add(result, shift);
  }

  @Override
  public Operand<TFloat32> layerNorm(
      Ops tf,
      Operand<TFloat32> x,
      Operand<TFloat32> weight,
      Operand<TFloat32> bias,
      float epsilon) {
    var last = tf.constant(new int[] {-1});
    var centred = tf.math.sub(x, tf.math.mean(x, last, Mean.keepDims(true)));
    var variance = tf.math.mean(tf.math.square(centred), last, Mean.keepDims(true));
    var scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)));
    return tf.math.add(tf.math.mul(tf.math.mul(centred, scale), weight), bias);
  }

  @Override
  public <T extends TFloating> Operand<T> linearGelu(
      Ops tf, Operand<T> rows, Operand<TFloat32> weight, Operand<TFloat32> bias) {
    // In float32 throughout: narrower, its gradient would be too coarse.
    return Casts.to(tf, gelu(tf, linear(tf, rows, weight, bias, TFloat32.class)), rows.type());
  }

  /** {@code x · Φ(x)} by the error function, in the form that TensorFlow's optimiser knows. */
  static <T extends TFloating> Operand<T> gelu(Ops tf, Operand<T> x) {
    var type = x.type();
    var halfRoot = Casts.to(tf, tf.constant((float) Math.sqrt(0.5)), type);
    var half = Casts.to(tf, tf.constant(0.5f), type);
    var one = Casts.to(tf, tf.constant(1f), type);
    var erf = tf.math.erf(tf.math.mul(x, halfRoot));
    return tf.math.mul(tf.math.mul(x, half), tf.math.add(erf, one));
  }

  @Override
  public <T extends TFloating> Operand<T> attention(
      Ops tf, Operand<T> query, Operand<T> key, Operand<T> value) {
    var type = query.type();
    // Scaling q instead of the scores touches T·d values instead of T·T.
    var scaled = tf.math.mul(query, Casts.to(tf, tf.constant(scale(query)), type));
    var scores = tf.train.batchMatMul(scaled, key, type, BatchMatMul.adjY(true));
    var weights = tf.nn.softmax(Casts.to(tf, scores, TFloat32.class));
    return tf.train.batchMatMul(Casts.to(tf, weights, type), value, type);
  }

  /** {@code 1 / √d}. */
  static float scale(Operand<? extends TFloating> query) {
    return (float) (1 / Math.sqrt(Shapes.known(query, 3)));
  }
}
