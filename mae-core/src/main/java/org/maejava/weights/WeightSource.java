package org.maejava.weights;

import java.util.List;
import java.util.Map;

/** Named float tensors that a graph can be filled from: a file, or another graph's variables. */
public interface WeightSource {

  /** Of what is handed on in pieces: 256 KB. */
  int VALUES_AT_A_TIME = 1 << 16;

  /** Shapes by name, row-major, in a stable order. */
  Map<String, List<Integer>> shapes();

  /**
   * The row-major values of one tensor.
   *
   * @throws IllegalArgumentException if there is no tensor of that name
   */
  float[] floats(String name);

  /**
   * As {@link #floats}, piece by piece for who needs no more at a time: arrays of megabytes make
   * Java's heap grow, and the largest network has hundreds.
   *
   * @throws IllegalArgumentException if there is no tensor of that name
   * @throws E whatever the taker throws
   */
  default <E extends Exception> void pieces(String name, Taker<E> taker) throws E {
    var values = floats(name);
    taker.take(values, values.length);
  }

  /**
   * All pieces of a tensor in one array.
   *
   * @param size of the tensor, in values
   */
  static float[] joined(WeightSource source, String name, long size) {
    var values = new float[Math.toIntExact(size)];
    int[] taken = {0};
    source.<RuntimeException>pieces(
        name,
        (piece, count) -> {
          System.arraycopy(piece, 0, values, taken[0], count);
          taken[0] += count;
        });
    return values;
  }

  /** Values of a tensor of such a shape. */
  static long count(List<Integer> shape) {
    return shape.stream().mapToLong(n -> n).reduce(1, Math::multiplyExact);
  }

  /** Is handed the values of a tensor in their order. */
  interface Taker<E extends Exception> {

    /**
     * The next ones.
     *
     * @param values which may hold others after this call
     * @param count how many of the first of them are meant
     */
    void take(float[] values, int count) throws E;
  }
}
