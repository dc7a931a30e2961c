package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Products of the last two axes by TensorFlow's second batched product: oneDNN has it, unlike the
 * third, which TensorFlow Java's class and the gradients of both are.
 */
final class BatchedProduct {

  private static final String OPERATION = "BatchMatMulV2";

  private BatchedProduct() {}

  /** {@code a · b}, either with its last two axes exchanged. */
  static <T extends TFloating> Operand<T> of(
      Ops tf, Operand<T> a, Operand<T> b, boolean transposeA, boolean transposeB) {
    return tf.scope()
        .opBuilder(OPERATION, "product")
        .addInput(a.asOutput())
        .addInput(b.asOutput())
        .setAttr("adj_x", transposeA)
        .setAttr("adj_y", transposeB)
        .build()
        .output(0);
  }
}
