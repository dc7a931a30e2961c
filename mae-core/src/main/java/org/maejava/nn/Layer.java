package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A function with parameters, from one tensor to one tensor. */
@FunctionalInterface
public interface Layer {

  /** Adds this layer's operations to the graph; parameters were made by the constructor. */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x);
}
