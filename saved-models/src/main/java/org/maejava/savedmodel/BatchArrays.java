package org.maejava.savedmodel;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Batches as one Java array for each example, to tensors and back. */
final class BatchArrays {

  private BatchArrays() {}

  /**
   * One array for each example → a tensor {@code [rows, …]} of the input's shape; the caller closes
   * it.
   *
   * @throws IllegalArgumentException if there are no rows, or naming those of another length
   */
  static TFloat32 toTensor(String name, float[][] rows, ModelFunction.TensorSpec spec) {
    var one = spec.shape().subList(1, spec.shape().size());
    int length = Math.toIntExact(one.stream().reduce(1L, Math::multiplyExact));
    if (rows.length == 0) {
      throw new IllegalArgumentException(name + " has no rows; give one for each image");
    }
    var problems = new ArrayList<String>();
    for (int i = 0; i < rows.length && problems.size() < 5; i++) {
      if (rows[i].length != length) {
        problems.add(
            "%s[%d] has %d values; %s are %d"
                .formatted(name, i, rows[i].length, product(one), length));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    var values = new float[Math.multiplyExact(rows.length, length)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * length, length);
    }
    var shape = new long[spec.shape().size()];
    shape[0] = rows.length;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = spec.shape().get(i);
    }
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values, true, false));
  }

  private static String product(List<Long> factors) {
    return String.join(" x ", factors.stream().map(String::valueOf).toList());
  }

  /** A tensor {@code [rows, …]} → one row for each of the first dimension. */
  static float[][] fromTensor(Tensor tensor) {
    int count = Math.toIntExact(tensor.shape().get(0));
    var values = floats(tensor);
    int length = values.length / count;
    var rows = new float[count][length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(values, i * length, rows[i], 0, length);
    }
    return rows;
  }

  /** All values of a tensor in a row. */
  static float[] floats(Tensor tensor) {
    var values = new float[Math.toIntExact(tensor.shape().size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
