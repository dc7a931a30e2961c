package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * The costly operations of a Transformer block: what they compute is the same everywhere, how
 * depends on the machine and on whether gradients are taken.
 */
public sealed interface Kernels permits PortableKernels, CpuTrainingKernels, InferenceKernels {

  /** Operations that every device and every runtime has; gradients are TensorFlow's own. */
  static Kernels portable() {
    return PortableKernels.INSTANCE;
  }

  /** For forward passes alone, on every device and in every runtime. */
  static Kernels forInference() {
    return InferenceKernels.INSTANCE;
  }

  /**
   * The fastest for training on processors: {@link CpuTrainingKernels} where TensorFlow was built
   * with them, else the portable ones.
   */
  static Kernels forTrainingOnProcessors() {
    return CpuTrainingKernels.AVAILABLE ? CpuTrainingKernels.INSTANCE : portable();
  }

  /**
   * {@code x · Wᵀ + b}.
   *
   * @param rows {@code [N, in]}, multiplied in its own type
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}, added in the type of the result
   * @return {@code [N, out]}
   */
  <T extends TFloating, U extends TFloating> Operand<U> linear(
      Ops tf,
      Operand<T> rows,
      Operand<TFloat32> weight,
      Operand<TFloat32> bias,
      Class<U> resultType);

  /**
   * The last axis to mean 0 and variance 1, then scaled and shifted.
   *
   * @param x {@code [.., D]}
   * @param weight {@code [D]}
   * @param bias {@code [D]}
   * @param epsilon added to the variance
   */
  Operand<TFloat32> layerNorm(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> weight, Operand<TFloat32> bias, float epsilon);

  /**
   * {@code gelu(x · Wᵀ + b)} with {@code gelu(x) = x · Φ(x)} by the exact error function, as
   * published; bias and GELU are computed in float32 whatever the product is computed in.
   *
   * <p>Folding GELU's constants into the weights on either side saves passes but rounds differently
   * where a unit is saturated, which AdamW amplifies to 3·10⁻⁵ after five steps.
   *
   * @param rows {@code [N, in]}; {@code weight} and {@code bias} as for {@link #linear}
   * @return {@code [N, out]}, in the type of the rows
   */
  <T extends TFloating> Operand<T> linearGelu(
      Ops tf, Operand<T> rows, Operand<TFloat32> weight, Operand<TFloat32> bias);

  /**
   * {@code gelu(x · W₁ᵀ + b₁) · W₂ᵀ + b₂}, see {@link #linearGelu} and {@link #linear}.
   *
   * @param rows {@code [N, in]}
   * @param weight1 {@code [hidden, in]}
   * @param bias1 {@code [hidden]}
   * @param weight2 {@code [out, hidden]}
   * @param bias2 {@code [out]}
   * @return {@code [N, out]}
   */
  default <T extends TFloating> Operand<TFloat32> mlp(
      Ops tf,
      Operand<T> rows,
      Operand<TFloat32> weight1,
      Operand<TFloat32> bias1,
      Operand<TFloat32> weight2,
      Operand<TFloat32> bias2) {
    var hidden = linearGelu(tf, rows, weight1, bias1);
    return linear(tf, hidden, weight2, bias2, TFloat32.class);
  }

  /**
   * {@code softmax(q · kᵀ / √d) · v}; the softmax is taken in float32 whatever the products are
   * computed in.
   *
   * @param query {@code [B, heads, T, d]}, and so are {@code key} and {@code value}
   */
  <T extends TFloating> Operand<T> attention(
      Ops tf, Operand<T> query, Operand<T> key, Operand<T> value);

  /** A parameter's gradient as TensorFlow made it, or the same in fewer passes over memory. */
  default Operand<TFloat32> gradient(Ops tf, Operand<TFloat32> made) {
    return made;
  }
}
