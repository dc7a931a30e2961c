package org.maejava.weights;

import java.util.List;
import java.util.Map;

/** Named float tensors that a graph can be filled from: a file, or another graph's variables. */
public interface WeightSource {

  /** Shapes by name, row-major, in a stable order. */
  Map<String, List<Integer>> shapes();

  /**
   * The row-major values of one tensor.
   *
   * @throws IllegalArgumentException if there is no tensor of that name
   */
  float[] floats(String name);
}
