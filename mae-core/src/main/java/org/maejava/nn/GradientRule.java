package org.maejava.nn;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * Gradients written out, for results that TensorFlow has no gradient of, or a slower one.
 *
 * <p>A result passes through an {@code IdentityN} together with what its gradient needs; the rule
 * is found by that operation's name. TensorFlow Java has ten places for custom gradients in a
 * process, of which this takes one.
 */
enum GradientRule {
  /** {@code y = x · Wᵀ + b}; from x {@code [N, in]}, W {@code [out, in]}, b {@code [out]}. */
  LINEAR {
    @Override
    List<Operand<?>> gradients(Ops tf, Site site) {
      return ofLinear(tf, site.given(0), site.given(1), site.arriving()).all();
    }
  },

  /**
   * {@code y = x̂ · w + b} with {@code x̂ = (x − mean) / deviation}; from x {@code [N, D]}, w, b
   * {@code [D]}; 1 / D is kept. With {@code g = dy · w}: {@code dx = (g − mean(g) − x̂ · mean(g ·
   * x̂)) / deviation}, means over D.
   */
  LAYER_NORM {
    @Override
    List<Operand<?>> gradients(Ops tf, Site site) {
      Operand<TFloat32> x = site.given(0);
      Operand<TFloat32> weight = site.given(1);
      Operand<TFloat32> shareOfOne = site.given(3);
      Operand<TFloat32> dy = site.arriving();
      float epsilon = site.forward().attributes().getAttrFloat("epsilon");

      var last = tf.constant(new int[] {-1});
      var mean = tf.math.mean(x, last, Mean.keepDims(true));
      var variance = tf.math.mean(tf.math.squaredDifference(x, mean), last, Mean.keepDims(true));
      var scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)));
      var unit = tf.onesLike(weight);
      var normalised = CpuTrainingKernels.normalised(tf, x, unit, tf.zerosLike(weight), epsilon);

      // Means over D of a product with w are products of a matrix with w / D.
      var share = tf.reshape(tf.math.mul(weight, shareOfOne), tf.constant(new int[] {-1, 1}));
      var dyNormalised = tf.math.mul(dy, normalised);
      var meanOfG = tf.linalg.matMul(dy, share);
      var meanOfGx = tf.linalg.matMul(dyNormalised, share);
      var centred = tf.math.sub(tf.math.mul(dy, weight), tf.math.mul(normalised, meanOfGx));
      var ofWeight = tf.nn.biasAddGrad(dyNormalised);
      var ofBias = tf.nn.biasAddGrad(dy);
      var dx = tf.math.mul(tf.math.sub(after(tf, centred, ofWeight, ofBias), meanOfG), scale);
      return List.of(dx, ofWeight, ofBias);
    }
  },

  /** {@code y = gelu(x · Wᵀ + b)}, from x, W, b as for {@link #LINEAR}; the product is kept. */
  LINEAR_GELU {
    @Override
    List<Operand<?>> gradients(Ops tf, Site site) {
      return ofLinearGelu(
              tf, site.given(0), site.given(1), site.given(2), site.given(3), site.arriving())
          .all();
    }
  },

  /**
   * {@code y = gelu(x · W₁ᵀ + b₁) · W₂ᵀ + b₂}; from x, W₁, b₁, W₂, b₂; the first product is kept,
   * GELU's result computed again.
   */
  MLP {
    @Override
    List<Operand<?>> gradients(Ops tf, Site site) {
      return mlp(
          tf,
          site.given(0),
          site.given(1),
          site.given(2),
          site.given(3),
          site.given(5),
          site.arriving());
    }

    private <T extends TFloating> List<Operand<?>> mlp(
        Ops tf,
        Operand<T> rows,
        Operand<T> matrix1,
        Operand<TFloat32> bias1,
        Operand<T> matrix2,
        Operand<T> product,
        Operand<TFloat32> dy) {
      var again = Fusion.GELU.of(tf, List.of(after(tf, product, dy), bias1));
      Operand<T> hidden = again.like(product);
      var second = ofLinear(tf, hidden, matrix2, dy);
      var first = ofLinearGelu(tf, rows, matrix1, bias1, product, second.ofRows());
      return Stream.concat(first.all().stream(), Stream.of(second.ofMatrix(), second.ofBias()))
          .toList();
    }
  },

  /**
   * {@code y = P · v} with {@code P = softmax(s · q · kᵀ)}; from q, k, v {@code [B, heads, T, d]};
   * s·q, P and s are kept. With {@code dP = dy · vᵀ}: {@code dS = P · (dP − Σ dy · y)}, the sum
   * over d being that of {@code P · dP} over a row (Dao et al., 2022).
   */
  ATTENTION {
    @Override
    List<Operand<?>> gradients(Ops tf, Site site) {
      return attention(
          tf,
          site.given(1),
          site.given(2),
          site.given(3),
          site.given(4),
          site.given(5),
          site.result(),
          site.arriving());
    }

    private <T extends TFloating> List<Operand<?>> attention(
        Ops tf,
        Operand<T> key,
        Operand<T> value,
        Operand<T> scaled,
        Operand<T> weights,
        Operand<T> factor,
        Operand<T> result,
        Operand<T> dy) {
      var inner =
          tf.math.mul(Casts.to(tf, dy, TFloat32.class), Casts.to(tf, result, TFloat32.class));
      var sums = tf.sum(inner, tf.constant(new int[] {-1}), Sum.keepDims(true));
      var dWeights = BatchedProduct.of(tf, dy, value, false, true);
      Operand<T> dScores =
          Fusion.SOFTMAX_GRADIENT.of(tf, List.of(weights, dWeights, sums)).like(weights);
      return List.of(
          tf.math.mul(BatchedProduct.of(tf, dScores, key, false, false), factor),
          BatchedProduct.of(tf, dScores, scaled, true, false),
          BatchedProduct.of(tf, weights, dy, true, false));
    }
  };

  private static final String PREFIX = "gradient.";

  /** False if another library of this process has a gradient of its own for that operation. */
  static final boolean REGISTERED =
      TensorFlow.registerCustomGradient("IdentityN", GradientRule::dispatch);

  /**
   * A result whose gradient this rule tells.
   *
   * @param result as computed; TensorFlow takes no gradient through how
   * @param inputs that gradients are for, in the rule's order
   * @param kept that the gradient needs beside
   */
  <T extends TType> Operand<T> of(
      Ops tf,
      Operand<T> result,
      List<? extends Operand<?>> inputs,
      List<? extends Operand<?>> kept) {
    var all = new ArrayList<Operand<?>>();
    all.add(tf.stopGradient(result));
    all.addAll(inputs);
    kept.forEach(tensor -> all.add(tf.stopGradient(tensor)));
    var outputs = tf.withName(PREFIX + name()).identityN(all);
    @SuppressWarnings("unchecked") // IdentityN's first output is its first input
    var same = (Operand<T>) outputs.output().get(0);
    return same;
  }

  /** Gradients for what a linear layer is made from. */
  private record OfLinear<T extends TType>(
      Operand<T> ofRows, Operand<T> ofMatrix, Operand<TFloat32> ofBias) {

    List<Operand<?>> all() {
      return List.of(ofRows, ofMatrix, ofBias);
    }
  }

  private static <T extends TFloating> OfLinear<T> ofLinear(
      Ops tf, Operand<T> rows, Operand<T> matrix, Operand<? extends TFloating> arriving) {
    var dy = Casts.to(tf, arriving, rows.type());
    // Many rows are added up: in float32, since bfloat16 stops at 256.
    return ofLinear(tf, rows, matrix, dy, Casts.to(tf, arriving, TFloat32.class));
  }

  private static <T extends TFloating> OfLinear<T> ofLinearGelu(
      Ops tf,
      Operand<T> rows,
      Operand<T> matrix,
      Operand<TFloat32> bias,
      Operand<T> product,
      Operand<T> dy) {
    var dx = Fusion.GELU_GRADIENT.of(tf, List.of(product, bias, dy));
    return ofLinear(tf, rows, matrix, dx.like(product), dx.float32());
  }

  private static <T extends TFloating> OfLinear<T> ofLinear(
      Ops tf, Operand<T> rows, Operand<T> matrix, Operand<T> dy, Operand<TFloat32> dyForBias) {
    var ofMatrix = tf.linalg.matMul(dy, rows, MatMul.transposeA(true));
    var ofBias = tf.nn.biasAddGrad(dyForBias);
    return new OfLinear<>(
        tf.linalg.matMul(after(tf, dy, ofMatrix, ofBias), matrix), ofMatrix, ofBias);
  }

  /**
   * What leads to the layer below waits for the gradients of this layer's own parameters. Else
   * TensorFlow goes down first, and keeps what those gradients are made of in memory until then.
   */
  private static <T extends TType> Operand<T> after(
      Ops tf, Operand<T> tensor, Operand<?>... ofParameters) {
    // Scopes of custom gradients cannot take control dependencies: TensorFlow Java crashes.
    var waiting = tf.scope().opBuilder("Identity", "after").addInput(tensor.asOutput());
    for (var gradient : ofParameters) {
      waiting.addControlInput(gradient.op());
    }
    return waiting.build().output(0);
  }

  /** Gradients for a site's inputs, in order; none for what was kept. */
  abstract List<Operand<?>> gradients(Ops tf, Site site);

  /** Where a rule was used. */
  private record Site(List<Operand<?>> inputs, Operand<?> gradient) {

    /** An input or, behind them, what was kept. */
    <T extends TType> Operand<T> given(int index) {
      return typed(inputs.get(1 + index));
    }

    <T extends TType> Operand<T> result() {
      return typed(inputs.get(0));
    }

    /** The gradient of the loss with respect to the result. */
    <T extends TType> Operand<T> arriving() {
      return typed(gradient);
    }

    /** The operation that computed the result. */
    GraphOperation forward() {
      var stopped = (GraphOperation) inputs.get(0).op();
      return (GraphOperation) stopped.input(0).op();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // each rule knows its types
    private static <T extends TType> Operand<T> typed(Operand<?> operand) {
      return (Operand<T>) operand;
    }
  }

  private static List<Operand<?>> dispatch(
      Ops tf, GraphOperation operation, List<? extends Operand<?>> gradients) {
    var name = operation.name();
    var rule =
        name.substring(name.lastIndexOf(PREFIX) + PREFIX.length()).replaceFirst("_\\d+$", "");
    var site = new Site(inputs(operation), gradients.get(0));
    var all = ImmutableList.<Operand<?>>builder();
    all.add(tf.zerosLike(site.inputs().get(0)));
    all.addAll(valueOf(rule).gradients(tf, site));
    var found = all.build();
    for (var kept : site.inputs().subList(found.size(), site.inputs().size())) {
      all.add(tf.zerosLike(kept));
    }
    return all.build();
  }

  /** Asked for one by one: {@code inputs()} waits for a lock that taking gradients holds. */
  private static List<Operand<?>> inputs(GraphOperation operation) {
    return IntStream.range(0, operation.numInputs())
        .<Operand<?>>mapToObj(operation::input)
        .toList();
  }
}
