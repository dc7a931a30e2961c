package org.maejava.savedmodel.weights;

import java.io.IOException;
import java.util.List;
import org.maejava.savedmodel.weights.Pickled.Tensor;

/** Whether a tensor lies within its storage. */
final class TensorBounds {

  /** PyTorch allows 64 dimensions; no weights have more than five. */
  static final int MAX_RANK = 16;

  /** A tensor that repeats values may have so many: enough for any expanded constant. */
  private static final long MAX_REPEATED = 1 << 20;

  private TensorBounds() {}

  /**
   * Accepts shape, strides and offset that stay within the storage.
   *
   * @throws IOException saying what does not fit
   */
  static void check(Tensor tensor) throws IOException {
    try {
      checkExactly(tensor);
    } catch (ArithmeticException e) {
      throw outside(tensor, "more values than can be counted");
    }
  }

  private static void checkExactly(Tensor tensor) throws IOException {
    var shape = tensor.shape();
    var strides = tensor.strides();
    if (shape.size() != strides.size()) {
      throw outside(tensor, "a stride for each dimension is missing");
    }
    if (tensor.offset() < 0
        || shape.stream().anyMatch(size -> size < 0 || size > Integer.MAX_VALUE)
        || strides.stream().anyMatch(stride -> stride < 0)) {
      throw outside(tensor, "a number is negative or beyond 2147483647");
    }
    long length = bytes(tensor) / StorageTypes.valueBytes(tensor);
    long count = count(shape);
    if (Math.multiplyExact(count, 8L) > 8L * Integer.MAX_VALUE
        || Math.multiplyExact(count, (long) StorageTypes.valueBytes(tensor)) > Integer.MAX_VALUE) {
      throw outside(tensor, "one tensor may have 2147483647 bytes");
    }
    if (count == 0) {
      if (tensor.offset() > length) {
        throw outside(tensor, "it begins behind the end");
      }
      return;
    }
    long last = tensor.offset();
    for (int i = 0; i < shape.size(); i++) {
      last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
    }
    if (last >= length) {
      throw outside(tensor, "its last value would be number %d".formatted(last));
    }
    if (count > length && count > MAX_REPEATED) {
      throw outside(
          tensor, "it repeats them to %d values, of at most %d".formatted(count, MAX_REPEATED));
    }
  }

  private static long bytes(Tensor tensor) throws IOException {
    if (tensor.storage().length() < 0) {
      throw outside(tensor, "a storage cannot have a negative length");
    }
    return StorageTypes.bytes(tensor.storage());
  }

  static long count(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  private static IOException outside(Tensor tensor, String why) {
    return new IOException(
        "a tensor of shape %s, strides %s and offset %d does not lie in storage %s of length %d: %s"
            .formatted(
                tensor.shape(),
                tensor.strides(),
                tensor.offset(),
                PickleGlobals.quoted(tensor.storage().key()),
                tensor.storage().length(),
                why));
  }
}
