package org.maejava.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TBfloat16;
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

  static final boolean AVAILABLE = available();

  @Override
  public <T extends TFloating, U extends TFloating> Operand<U> linear(
      Ops tf,
      Operand<T> rows,
      Operand<TFloat32> weight,
      Operand<TFloat32> bias,
      Class<U> resultType) {
    var matrix = Casts.to(tf, weight, rows.type());
    var result = product(tf, rows, matrix, bias, resultType);
    return GradientRule.LINEAR.of(tf, result, List.of(rows, matrix, bias), List.of());
  }

  private static <T extends TFloating, U extends TFloating> Operand<U> product(
      Ops tf, Operand<T> rows, Operand<T> matrix, Operand<TFloat32> bias, Class<U> resultType) {
    if (rows.type().equals(TFloat32.class) && resultType.equals(TFloat32.class)) {
      return finish(
          tf.scope()
              .opBuilder(FUSED_PRODUCT, "linear")
              .addInput(rows.asOutput())
              .addInput(matrix.asOutput())
              .addInputList(new Output<?>[] {bias.asOutput()})
              .setAttr("transpose_b", true)
              .setAttr("num_args", 1)
              .setAttr("fused_ops", new String[] {"BiasAdd"})
              .setAttr("epsilon", 0f));
    }
    // oneDNN's fused bias in bfloat16 costs more than the passes it saves.
    var product = tf.linalg.matMul(rows, matrix, MatMul.transposeB(true));
    return tf.nn.biasAdd(Casts.to(tf, product, resultType), Casts.to(tf, bias, resultType));
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
  public <T extends TFloating> Operand<T> linearGelu(
      Ops tf, Operand<T> rows, Operand<TFloat32> weight, Operand<TFloat32> bias) {
    attachGelu(tf, rows.type());
    var matrix = Casts.to(tf, weight, rows.type());
    var product = tf.linalg.matMul(rows, matrix, MatMul.transposeB(true));
    Operand<T> hidden = Fusion.GELU.of(tf, List.of(product, bias)).like(product);
    return GradientRule.LINEAR_GELU.of(tf, hidden, List.of(rows, matrix, bias), List.of(product));
  }

  /**
   * In float32 GELU's result is not kept for the gradients but computed again, one percent of a
   * step for a sixth of what lives in it. In bfloat16 it is half as large and twice as dear.
   */
  @Override
  public <T extends TFloating> Operand<TFloat32> mlp(
      Ops tf,
      Operand<T> rows,
      Operand<TFloat32> weight1,
      Operand<TFloat32> bias1,
      Operand<TFloat32> weight2,
      Operand<TFloat32> bias2) {
    if (!rows.type().equals(TFloat32.class)) {
      return Kernels.super.mlp(tf, rows, weight1, bias1, weight2, bias2);
    }
    attachGelu(tf, rows.type());
    var matrix1 = Casts.to(tf, weight1, rows.type());
    var matrix2 = Casts.to(tf, weight2, rows.type());
    var between = tf.linalg.matMul(rows, matrix1, MatMul.transposeB(true));
    Operand<T> hidden = Fusion.GELU.of(tf, List.of(between, bias1)).like(between);
    var result = product(tf, hidden, matrix2, bias2, TFloat32.class);
    return GradientRule.MLP.of(
        tf, result, List.of(rows, matrix1, bias1, matrix2, bias2), List.of(between));
  }

  private static void attachGelu(Ops tf, Class<? extends TFloating> type) {
    Fusion.GELU.attach(tf, List.of(type, TFloat32.class));
    Fusion.GELU_GRADIENT.attach(tf, List.of(type, TFloat32.class, type));
  }

  @Override
  public <T extends TFloating> Operand<T> attention(
      Ops tf, Operand<T> query, Operand<T> key, Operand<T> value) {
    var factor = Casts.to(tf, tf.constant(PortableKernels.scale(query)), query.type());
    var scaled = tf.math.mul(query, factor);
    // oneDNN's softmax computes in float32 whatever the type of the scores.
    var weights = tf.nn.softmax(BatchedProduct.of(tf, scaled, key, false, true));
    var mixed = BatchedProduct.of(tf, weights, value, false, false);
    var type = query.type();
    Fusion.SOFTMAX_GRADIENT.attach(tf, List.of(type, type, TFloat32.class));
    return GradientRule.ATTENTION.of(
        tf, mixed, List.of(query, key, value), List.of(scaled, weights, factor));
  }

  /**
   * Parts of a batch that multiply in bfloat16 give a gradient each, which TensorFlow would make
   * float32 one by one and then add.
   */
  @Override
  public Operand<TFloat32> gradient(Ops tf, Operand<TFloat32> made) {
    var sum = (GraphOperation) made.op();
    if (!sum.type().equals("AddN")) {
      return made;
    }
    var parts = new ArrayList<Operand<TBfloat16>>();
    for (int i = 0; i < sum.numInputs(); i++) {
      var part = (GraphOperation) sum.input(i).op();
      if (!part.type().equals("Cast") || !part.input(0).type().equals(TBfloat16.class)) {
        return made;
      }
      @SuppressWarnings("unchecked") // as was just seen
      var rounded = (Operand<TBfloat16>) part.input(0);
      parts.add(rounded);
    }
    Fusion.SUM.attach(tf, Collections.nCopies(parts.size(), TBfloat16.class));
    return Fusion.SUM.of(tf, List.copyOf(parts)).float32();
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // an operation's type is known to who builds it
  private static <T extends TFloating> Operand<T> finish(OperationBuilder builder) {
    return builder.build().output(0);
  }

  /**
   * TensorFlow's builds for x86 processors have oneDNN's kernels. The compiler is tried here and
   * not at the first network, because it talks on standard error then, whatever the log's level.
   */
  private static boolean available() {
    Fusion.tryCompiler();
    return GradientRule.REGISTERED
        && TensorFlow.registeredOpList().getOpList().stream()
            .anyMatch(operation -> operation.getName().equals(LAYER_NORM));
  }
}
