package org.maejava.weights;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Weights of which every value is a number: one that is not makes NaN of every result, most of
 * which nobody would notice.
 *
 * @param name of the source, for messages
 * @param source whose tensors are looked through as they are read
 */
public record FiniteWeights(String name, WeightSource source) implements WeightSource {

  @Override
  public Map<String, List<Integer>> shapes() {
    return source.shapes();
  }

  /**
   * As the source gives them.
   *
   * @throws NonFiniteWeightsException at the first value that is infinite or not a number
   */
  @Override
  public float[] floats(String tensor) {
    var values = source.floats(tensor);
    var at = firstNotFinite(values);
    if (at.isPresent()) {
      int index = at.getAsInt();
      throw new NonFiniteWeightsException(name, tensor, values[index], index, values.length);
    }
    return values;
  }

  /** Where the first value is that is infinite or not a number; empty if there is none. */
  public static OptionalInt firstNotFinite(float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }
}
