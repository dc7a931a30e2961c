package org.maejava.savedmodel;

import java.util.List;
import org.maejava.model.PatchGrid;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ModelConfig;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssertThat;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;

/**
 * What the functions of an exported model can be given. Pixel values are made of files, and noise
 * of a mask; a function that takes pixel values or noise feeds them in that place, and nothing
 * before it runs. So there is one network in the graph, whatever its functions take.
 */
final class ServedInputs {

  private final Ops tf;
  private final PatchGrid grid;
  private final PixelNormalisation normalisation;
  private final Operand<TString> files;
  private final Operand<TFloat32> images;
  private final Operand<TFloat32> normalised;

  /**
   * Adds them to a graph.
   *
   * @throws IllegalArgumentException if the recipe's data does not fit its model
   */
  ServedInputs(Ops tf, ModelConfig model, DataConfig data) {
    this.tf = tf;
    grid = PatchGrid.of(model);
    normalisation = PixelNormalisation.of(data, grid.channels());
    files =
        tf.withName(Signatures.IMAGE_BYTES)
            .placeholder(TString.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
    images =
        tf.withName(Signatures.IMAGES)
            .reshape(
                new EncodedImages(model, data).decode(tf, files),
                tf.constant(batchOf(grid.height(), grid.width(), grid.channels())));
    normalised = normalisation.apply(tf, images);
  }

  /** Encoded images, {@code [B]}. */
  Operand<TString> files() {
    return files;
  }

  /** Pixel values 0 to 1, {@code [B, H, W, C]}. */
  Operand<TFloat32> images() {
    return images;
  }

  /** What the network sees of {@link #images}, same shape. */
  Operand<TFloat32> normalised() {
    return normalised;
  }

  /** Between the two. */
  PixelNormalisation normalisation() {
    return normalisation;
  }

  /** 1 for a patch that is to be hidden and 0 for the others, {@code [B, L]}. */
  Operand<TFloat32> mask() {
    return tf.withName(Signatures.MASK)
        .placeholder(TFloat32.class, Placeholder.shape(Shape.of(batchOf(grid.count()))));
  }

  /**
   * Noise {@code [B, L]} that hides what a mask says: the mask itself, checked.
   *
   * @param hidden how many patches the model hides in each image
   */
  Operand<TFloat32> noise(Operand<TFloat32> mask, int hidden) {
    var counts =
        tf.sum(tf.dtypes.cast(tf.math.equal(mask, tf.constant(1f)), TInt32.class), tf.constant(1));
    var zerosAndOnes = tf.math.equal(tf.math.mul(mask, mask), mask);
    var all =
        tf.math.logicalAnd(
            tf.reduceAll(zerosAndOnes, tf.range(tf.constant(0), tf.constant(2), tf.constant(1))),
            tf.reduceAll(tf.math.equal(counts, tf.constant(hidden)), tf.constant(0)));
    var checked =
        tf.assertThat(
            all,
            List.of(
                tf.constant(
                    "mask must hold " + hidden + " ones for each image and zeros; it has ones: "),
                counts),
            AssertThat.summarize(100L));
    return tf.withControlDependencies(List.of(checked)).withName(Signatures.NOISE).identity(mask);
  }

  /** The shape of any number of values of a shape. */
  static long[] batchOf(int... shapeOfOne) {
    var shape = new long[1 + shapeOfOne.length];
    shape[0] = Shape.UNKNOWN_SIZE;
    for (int i = 0; i < shapeOfOne.length; i++) {
      shape[1 + i] = shapeOfOne[i];
    }
    return shape;
  }
}
