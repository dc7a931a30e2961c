package org.maejava.savedmodel.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.maejava.savedmodel.weights.Pickled.Tensor;

/** Values that lie in a storage at strides. */
final class Strided {

  private Strided() {}

  /** How many of the storage's values a tensor reaches over, from its first to its last. */
  static long span(Tensor tensor) {
    if (TensorBounds.count(tensor.shape()) == 0) {
      return 0;
    }
    long last = 0;
    for (int i = 0; i < tensor.shape().size(); i++) {
      last += (tensor.shape().get(i) - 1) * tensor.strides().get(i);
    }
    return last + 1;
  }

  /**
   * A tensor's values, row-major.
   *
   * @param bytes the span of the storage, little-endian
   */
  static float[] floats(Tensor tensor, ByteBuffer bytes) {
    var type = StorageTypes.of(tensor).orElseThrow();
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    if (isRowMajor(tensor)) {
      return type.toFloats(bytes);
    }
    var values = new float[Math.toIntExact(TensorBounds.count(tensor.shape()))];
    int rank = tensor.shape().size();
    var index = new long[rank];
    for (int i = 0; i < values.length; i++) {
      long at = 0;
      for (int axis = 0; axis < rank; axis++) {
        at += index[axis] * tensor.strides().get(axis);
      }
      var one = bytes.slice(Math.toIntExact(at * type.bytes()), type.bytes());
      values[i] = type.toFloats(one.order(ByteOrder.LITTLE_ENDIAN))[0];
      for (int axis = rank - 1; axis >= 0 && ++index[axis] == tensor.shape().get(axis); axis--) {
        index[axis] = 0;
      }
    }
    return values;
  }

  private static boolean isRowMajor(Tensor tensor) {
    long expected = 1;
    for (int axis = tensor.shape().size() - 1; axis >= 0; axis--) {
      // The stride of an axis of one place is never used.
      if (tensor.shape().get(axis) != 1 && tensor.strides().get(axis) != expected) {
        return TensorBounds.count(tensor.shape()) == 0;
      }
      expected *= tensor.shape().get(axis);
    }
    return true;
  }
}
