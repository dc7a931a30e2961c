package org.maejava.model;

import org.maejava.nn.Init;
import org.maejava.nn.Params;
import org.maejava.proto.ModelConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/** What the decoder predicts for a patch (Table 1d), and how wrong a prediction is. */
public sealed interface Target {

  /** Values that are predicted for a patch, t. */
  int size();

  /** Patches {@code [B, n, p·p·C]} → what is to be predicted, {@code [B, n, t]}. */
  Operand<TFloat32> of(Ops tf, Operand<TFloat32> patches);

  /**
   * A prediction {@code [B, n, t]} as patches {@code [B, n, p·p·C]}.
   *
   * @param statistics what a target that is relative to them takes its scale from
   */
  Operand<TFloat32> toPatches(Ops tf, Operand<TFloat32> prediction, PatchStatistics statistics);

  /** Mean squared error over the given patches, a scalar. */
  default Operand<TFloat32> loss(Ops tf, Operand<TFloat32> patches, Operand<TFloat32> prediction) {
    var error = tf.math.squaredDifference(prediction, of(tf, patches));
    return tf.math.mean(error, tf.constant(new int[] {0, 1, 2}));
  }

  /** The target of a checked configuration; what it keeps is made in {@code params}. */
  static Target of(Params params, ModelConfig model) {
    int patchSize = PatchGrid.of(model).patchSize();
    return switch (model.getTargetCase()) {
      case PIXELS -> new Pixels(patchSize);
      case NORMALISED_PIXELS -> new NormalisedPixels(patchSize);
      case PCA -> new PcaCoefficients(params, patchSize, model.getPca().getCoefficients());
      case TARGET_NOT_SET -> throw new IllegalArgumentException("model.target is not set");
    };
  }

  /** The network's input values themselves. */
  record Pixels(int size) implements Target {
    @Override
    public Operand<TFloat32> of(Ops tf, Operand<TFloat32> patches) {
      return patches;
    }

    @Override
    public Operand<TFloat32> toPatches(
        Ops tf, Operand<TFloat32> prediction, PatchStatistics statistics) {
      return prediction;
    }
  }

  /**
   * Each patch minus its mean, over its standard deviation with unbiased variance, as published.
   */
  record NormalisedPixels(int size) implements Target {
    @Override
    public Operand<TFloat32> of(Ops tf, Operand<TFloat32> patches) {
      var own = PatchStatistics.of(tf, patches, size);
      return tf.math.div(tf.math.sub(patches, own.mean()), own.deviation());
    }

    @Override
    public Operand<TFloat32> toPatches(
        Ops tf, Operand<TFloat32> prediction, PatchStatistics statistics) {
      return tf.math.add(tf.math.mul(prediction, statistics.deviation()), statistics.mean());
    }
  }

  /**
   * A patch's first principal components. Mean and basis are parameters that no gradient moves, so
   * they are kept in the checkpoint; until they are fitted to the training images they are NaN.
   */
  final class PcaCoefficients implements Target {
    /** Parameter: the patches' mean, {@code [p·p·C]}. */
    public static final String MEAN = "target.mean";

    /** Parameter: the components, {@code [t, p·p·C]}. */
    public static final String BASIS = "target.basis";

    private final int patchSize;
    private final int size;
    private final Operand<TFloat32> mean;
    private final Operand<TFloat32> basis;

    PcaCoefficients(Params params, int patchSize, int size) {
      this.patchSize = patchSize;
      this.size = size;
      mean = params.get(MEAN, Init.constant(Float.NaN), patchSize);
      basis = params.get(BASIS, Init.constant(Float.NaN), size, patchSize);
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Operand<TFloat32> of(Ops tf, Operand<TFloat32> patches) {
      return project(tf, tf.math.sub(patches, mean), patchSize, size, MatMul.transposeB(true));
    }

    @Override
    public Operand<TFloat32> toPatches(
        Ops tf, Operand<TFloat32> prediction, PatchStatistics statistics) {
      return tf.math.add(project(tf, prediction, size, patchSize, MatMul.transposeB(false)), mean);
    }

    private Operand<TFloat32> project(
        Ops tf, Operand<TFloat32> x, int from, int to, MatMul.Options direction) {
      var rows = tf.reshape(x, tf.constant(new int[] {-1, from}));
      var product = tf.linalg.matMul(rows, basis, direction);
      int count = (int) x.shape().get(1);
      return tf.reshape(product, tf.constant(new int[] {-1, count, to}));
    }
  }
}
