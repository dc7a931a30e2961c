package org.maejava.nn;

import static com.google.common.base.Preconditions.checkArgument;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Shapes that are known when the graph is built, all but the batch. */
final class Shapes {

  private Shapes() {}

  /** The shape of {@code x} with another last dimension; an unknown batch stays unknown. */
  static Operand<TInt32> withLast(Ops tf, Operand<? extends TType> x, int last) {
    var shape = x.shape();
    var dimensions = new int[shape.numDimensions()];
    dimensions[0] = (int) shape.get(0);
    for (int i = 1; i < dimensions.length - 1; i++) {
      dimensions[i] = known(x, i);
    }
    dimensions[dimensions.length - 1] = last;
    return tf.constant(dimensions);
  }

  /** A dimension that must be known. */
  static int known(Operand<? extends TType> x, int dimension) {
    long size = x.shape().get(dimension);
    checkArgument(
        size >= 0, "dimension %s of %s %s is not known", dimension, x.op().name(), x.shape());
    return Math.toIntExact(size);
  }
}
