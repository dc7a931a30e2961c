package org.maejava.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * What is fastest for training on processors: oneDNN's fused kernels, which TensorFlow has but
 * gives no gradient, and gradients written out ({@link GradientRule}) in as few passes over memory
 * as the composition of plain kernels allows. Measurements are in this module's README.
 */
enum CpuTrainingKernels implements Kernels {
  INSTANCE;

  private static final String FUSED_PRODUCT = "_FusedMatMul";
  private static final String LAYER_NORM = "_MklLayerNorm";

  /** TensorFlow's second batched product: oneDNN has it, unlike the third that Java's class is. */
  private static final String BATCHED_PRODUCT = "BatchMatMulV2";

  static final boolean AVAILABLE = available();

  @Override
  public <T extends TFloating, U extends TFloating> Operand<U> linear(
      Ops tf,
      Operand<T> rows,
      Operand<TFloat32> weight,
      Operand<TFloat32> bias,
      Class<U> resultType) {
    var matrix = Casts.to(tf, weight, rows.type());
    Operand<U> result;
    if (rows.type().equals(TFloat32.class) && resultType.equals(TFloat32.class)) {
      result =
          finish(
              tf.scope()
                  .opBuilder(FUSED_PRODUCT, "linear")
                  .addInput(rows.asOutput())
                  .addInput(matrix.asOutput())
                  .addInputList(new Output<?>[] {bias.asOutput()})
                  .setAttr("transpose_b", true)
                  .setAttr("num_args", 1)
                  .setAttr("fused_ops", new String[] {"BiasAdd"})
                  .setAttr("epsilon", 0f));
    } else {
      // oneDNN's fused bias in bfloat16 costs more than the passes it saves.
      var product = tf.linalg.matMul(rows, matrix, MatMul.transposeB(true));
      result = tf.nn.biasAdd(Casts.to(tf, product, resultType), Casts.to(tf, bias, resultType));
    }
    return GradientRule.LINEAR.of(tf, result, List.of(rows, matrix, bias), List.of());
  }

  @Override
  public Operand<TFloat32> layerNorm(
      Ops tf,
      Operand<TFloat32> x,
      Operand<TFloat32> weight,
      Operand<TFloat32> bias,
      float epsilon) {
    int width = Shapes.known(weight, 0);
    var rows = tf.reshape(x, tf.constant(new int[] {-1, width}));
    var normalised =
        GradientRule.LAYER_NORM.of(
            tf,
            normalised(tf, rows, weight, bias, epsilon),
            List.of(rows, weight, bias),
            List.of(tf.constant(1f / width)));
    return tf.reshape(normalised, Shapes.withLast(tf, x, width));
  }

  /** oneDNN's layer norm, without gradient. */
  static Operand<TFloat32> normalised(
      Ops tf,
      Operand<TFloat32> x,
      Operand<TFloat32> weight,
      Operand<TFloat32> bias,
      float epsilon) {
    return finish(
        tf.scope()
            .opBuilder(LAYER_NORM, "layer_norm")
            .addInput(x.asOutput())
            .addInput(weight.asOutput())
            .addInput(bias.asOutput())
            .setAttr("epsilon", epsilon));
  }

  @Override
  public Operand<TFloat32> gelu(Ops tf, Operand<TFloat32> x) {
    var erf = tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))));
    // Halving first and adding a half after is the same number as the other way round.
    var phi = tf.math.add(tf.math.mul(erf, tf.constant(0.5f)), tf.constant(0.5f));
    return GradientRule.GELU.of(tf, tf.math.mul(x, phi), List.of(x), List.of(phi));
  }

  @Override
  public <T extends TFloating> Operand<T> attention(
      Ops tf, Operand<T> query, Operand<T> key, Operand<T> value) {
    var factor = Casts.to(tf, tf.constant(PortableKernels.scale(query)), query.type());
    var scaled = tf.math.mul(query, factor);
    // oneDNN's softmax computes in float32 whatever the type of the scores.
    var weights = tf.nn.softmax(product(tf, scaled, key, false, true));
    var mixed = product(tf, weights, value, false, false);
    return GradientRule.ATTENTION.of(
        tf, mixed, List.of(query, key, value), List.of(scaled, weights, factor));
  }

  /** Products of the last two axes, either transposed. */
  static <T extends TFloating> Operand<T> product(
      Ops tf, Operand<T> a, Operand<T> b, boolean transposeA, boolean transposeB) {
    return finish(
        tf.scope()
            .opBuilder(BATCHED_PRODUCT, "product")
            .addInput(a.asOutput())
            .addInput(b.asOutput())
            .setAttr("adj_x", transposeA)
            .setAttr("adj_y", transposeB));
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // an operation's type is known to who builds it
  private static <T extends TFloating> Operand<T> finish(OperationBuilder builder) {
    return builder.build().output(0);
  }

  /** TensorFlow's builds for x86 processors have oneDNN's kernels. */
  private static boolean available() {
    return GradientRule.REGISTERED
        && TensorFlow.registeredOpList().getOpList().stream()
            .anyMatch(operation -> operation.getName().equals(LAYER_NORM));
  }
}
