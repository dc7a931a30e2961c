package org.maejava.nn;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.maejava.cluster.Workers;
import org.maejava.nn.Params.Param;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * Batch normalisation without scale and shift (paper, A.1, linear probing): features {@code [B, D]}
 * → {@code [B, D]}, each feature to mean 0 and variance 1.
 *
 * <p>{@link #apply} uses the running statistics; {@link #train} the batch's, and moves the running
 * ones a tenth of the way towards them.
 */
public final class FeatureNorm implements Layer {

  private static final float EPSILON = 1e-6f;
  private static final float MOMENTUM = 0.1f;

  private final Param runningMean;
  private final Param runningVariance;
  private final Workers workers;

  /**
   * Normalised features and the operations that update the running statistics.
   *
   * @param output {@code [B, D]}
   * @param updates to be run with the training step
   */
  public record Trained(Operand<TFloat32> output, List<StatisticUpdate> updates) {}

  public FeatureNorm(Params params, int width) {
    runningMean = params.variable("running_mean", Init.zeros(), width);
    runningVariance = params.variable("running_var", Init.ones(), width);
    workers = params.workers();
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    return normalise(tf, x, runningMean.value(), runningVariance.value());
  }

  /**
   * With the batch's statistics, which are those of all workers' shares together; the batch size
   * must be known and above one. The features themselves have no gradient then.
   */
  public Trained train(Ops tf, Operand<TFloat32> x) {
    int batch = Math.multiplyExact(Shapes.known(x, 0), workers.count());
    checkArgument(
        batch > 1, "feature statistics need more than one image, not a batch of %s", batch);
    var axis = tf.constant(new int[] {0});
    var mean = ofAllShares(tf, tf.math.mean(x, axis, Mean.keepDims(false)));
    var variance =
        ofAllShares(
            tf, tf.math.mean(tf.math.squaredDifference(x, mean), axis, Mean.keepDims(false)));
    // The batch is normalised by the biased variance, the running one is unbiased, as published.
    var unbiased = tf.math.mul(variance, tf.constant(batch / (batch - 1f)));
    var updates = List.of(move(tf, runningMean, mean), move(tf, runningVariance, unbiased));
    return new Trained(normalise(tf, x, mean, variance), updates);
  }

  private Operand<TFloat32> ofAllShares(Ops tf, Operand<TFloat32> mean) {
    return workers.mean(tf, List.of(mean)).get(0);
  }

  private static StatisticUpdate move(Ops tf, Param statistic, Operand<TFloat32> towards) {
    var step = tf.math.mul(tf.math.sub(towards, statistic.value()), tf.constant(MOMENTUM));
    return new StatisticUpdate(statistic, tf.assignAddVariableOp(statistic.handle(), step));
  }

  private static Operand<TFloat32> normalise(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> mean, Operand<TFloat32> variance) {
    var scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(EPSILON)));
    return tf.math.mul(tf.math.sub(x, mean), scale);
  }
}
