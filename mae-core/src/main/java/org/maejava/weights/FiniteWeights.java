package org.maejava.weights;

import static java.util.Objects.requireNonNull;

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
    requireFinite(tensor, 0, values, values.length);
    return values;
  }

  /**
   * As the source gives them.
   *
   * @throws NonFiniteWeightsException at the first value that is infinite or not a number; the
   *     pieces before have been handed on
   */
  @Override
  public <E extends Exception> void pieces(String tensor, Taker<E> taker) throws E {
    int[] before = {0};
    source.<E>pieces(
        tensor,
        (values, count) -> {
          requireFinite(tensor, before[0], values, count);
          before[0] += count;
          taker.take(values, count);
        });
  }

  private void requireFinite(String tensor, int before, float[] values, int count) {
    var at = firstNotFinite(values, count);
    if (at.isPresent()) {
      int index = at.getAsInt();
      long size = WeightSource.count(requireNonNull(source.shapes().get(tensor)));
      throw new NonFiniteWeightsException(name, tensor, values[index], before + index, size);
    }
  }

  /** Where the first value is that is infinite or not a number; empty if there is none. */
  public static OptionalInt firstNotFinite(float[] values) {
    return firstNotFinite(values, values.length);
  }

  private static OptionalInt firstNotFinite(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(values[i])) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }
}
