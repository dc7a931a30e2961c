package org.maejava.model;

import org.maejava.proto.ModelConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/** What the decoder predicts for a patch (Table 1d), and how wrong a prediction is. */
public sealed interface Target {

  /** Patches {@code [B, n, p·p·C]} → what is to be predicted, same shape. */
  Operand<TFloat32> of(Ops tf, Operand<TFloat32> patches);

  /**
   * A prediction as patches {@code [B, n, p·p·C]}.
   *
   * @param patches the true ones; a target that is relative to them takes its scale from there
   */
  Operand<TFloat32> toPatches(Ops tf, Operand<TFloat32> prediction, Operand<TFloat32> patches);

  /** Mean squared error over the given patches, a scalar. */
  default Operand<TFloat32> loss(Ops tf, Operand<TFloat32> patches, Operand<TFloat32> prediction) {
    var error = tf.math.squaredDifference(prediction, of(tf, patches));
    return tf.math.mean(error, tf.constant(new int[] {0, 1, 2}));
  }

  /** The target of a checked configuration. */
  static Target of(ModelConfig model) {
    return switch (model.getTargetCase()) {
      case PIXELS -> new Pixels();
      case NORMALISED_PIXELS -> new NormalisedPixels(PatchGrid.of(model).patchSize());
      case TARGET_NOT_SET -> throw new IllegalArgumentException("model.target is not set");
    };
  }

  /** The network's input values themselves. */
  record Pixels() implements Target {
    @Override
    public Operand<TFloat32> of(Ops tf, Operand<TFloat32> patches) {
      return patches;
    }

    @Override
    public Operand<TFloat32> toPatches(
        Ops tf, Operand<TFloat32> prediction, Operand<TFloat32> patches) {
      return prediction;
    }
  }

  /**
   * Each patch minus its mean, over its standard deviation with unbiased variance, as published.
   */
  record NormalisedPixels(int patchSize) implements Target {
    private static final float EPSILON = 1e-6f;

    @Override
    public Operand<TFloat32> of(Ops tf, Operand<TFloat32> patches) {
      return tf.math.div(tf.math.sub(patches, mean(tf, patches)), deviation(tf, patches));
    }

    @Override
    public Operand<TFloat32> toPatches(
        Ops tf, Operand<TFloat32> prediction, Operand<TFloat32> patches) {
      return tf.math.add(tf.math.mul(prediction, deviation(tf, patches)), mean(tf, patches));
    }

    private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> patches) {
      return tf.math.mean(patches, tf.constant(new int[] {-1}), Mean.keepDims(true));
    }

    private Operand<TFloat32> deviation(Ops tf, Operand<TFloat32> patches) {
      var squares = tf.math.squaredDifference(patches, mean(tf, patches));
      var unbiased = tf.constant(patchSize / (patchSize - 1f));
      var variance = tf.math.mul(mean(tf, squares), unbiased);
      return tf.math.sqrt(tf.math.add(variance, tf.constant(EPSILON)));
    }
  }
}
