package org.maejava.savedmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Batches as one Java array for each example, to tensors and back. */
final class Rows {

  private Rows() {}

  /**
   * Rows → a tensor {@code [rows, …]} of the input's shape; the caller closes it.
   *
   * @throws IllegalArgumentException if there are no rows, or naming those of another length
   */
  static TFloat32 tensor(String name, float[][] rows, ModelFunction.TensorSpec spec) {
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
  static float[][] of(Tensor tensor) {
    int count = Math.toIntExact(tensor.shape().get(0));
    var values = floats(tensor);
    int length = values.length / count;
    var rows = new float[count][length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(values, i * length, rows[i], 0, length);
    }
    return rows;
  }

  /**
   * Accepts pixel values of 0 to 1, with room for what bicubic resizing overshoots.
   *
   * @throws IllegalArgumentException with the first value outside −0.5 to 1.5: bytes and images
   *     that were normalised before would give plausible nonsense
   */
  static void checkPixels(String name, Tensor images) {
    var values = floats(images);
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] >= -0.5f && values[i] <= 1.5f)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s[%d] has the value %s; pixel values go from 0 to 1 (bytes divided by 255, not"
                    + " normalised: the model does that)",
                name,
                i / (values.length / images.shape().get(0)),
                values[i]));
      }
    }
  }

  /**
   * Accepts what can be put in order.
   *
   * @throws IllegalArgumentException with the first place of a NaN
   */
  static void checkNumbers(String name, Tensor noise) {
    var values = floats(noise);
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i])) {
        throw new IllegalArgumentException(
            "%s[%d] has a NaN; it must be possible to put the patches in order"
                .formatted(name, i / (values.length / noise.shape().get(0))));
      }
    }
  }

  private static float[] floats(Tensor tensor) {
    var values = new float[Math.toIntExact(tensor.shape().size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
