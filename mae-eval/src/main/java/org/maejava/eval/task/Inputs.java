package org.maejava.eval.task;

import org.maejava.model.PatchGrid;
import org.maejava.proto.Experiment;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.Batch;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * What a graph is fed.
 *
 * @param grid of the images
 * @param batch images in a batch; {@link Shape#UNKNOWN_SIZE}: any number
 */
record Inputs(PatchGrid grid, long batch) {

  /** For any number of images. */
  static Inputs of(Experiment experiment) {
    return new Inputs(PatchGrid.of(experiment.getModel()), Shape.UNKNOWN_SIZE);
  }

  /** For training, whose batches are all of one size. */
  static Inputs ofTraining(Experiment experiment) {
    return new Inputs(PatchGrid.of(experiment.getModel()), experiment.getTraining().getBatchSize());
  }

  /** Normalised pixels {@code [B, H, W, C]}. */
  Operand<TFloat32> images(Ops tf) {
    return placeholder(tf, batch, grid.height(), grid.width(), grid.channels());
  }

  /** A value for each patch, {@code [B, L]}. */
  Operand<TFloat32> noise(Ops tf) {
    return row(tf, grid.count());
  }

  /** The function {@link Signatures#FEATURES}, see {@link Task#representation}. */
  static Signature representation(
      Operand<TFloat32> images, Operand<TFloat32> features, Operand<TFloat32> attention) {
    return Signature.builder()
        .key(Signatures.FEATURES)
        .input(Batch.IMAGES, images)
        .output(Signatures.FEATURES, features)
        .output(Signatures.ATTENTION, attention)
        .build();
  }

  /** So many values for each image, {@code [B, n]}. */
  Operand<TFloat32> row(Ops tf, long count) {
    return placeholder(tf, batch, count);
  }

  private static Operand<TFloat32> placeholder(Ops tf, long... shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }
}
