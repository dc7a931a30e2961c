package org.maejava.savedmodel.weights;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.Optional;
import org.maejava.weights.TensorType;

/** PyTorch's names of the types of values. */
final class StorageTypes {

  /** A type and its size, which is known of types too that are not read. */
  private record Kind(int bytes, Optional<TensorType> type) {
    static Kind of(TensorType type) {
      return new Kind(type.bytes(), Optional.of(type));
    }

    static Kind unread(int bytes) {
      return new Kind(bytes, Optional.empty());
    }
  }

  static final String UNTYPED = "torch.storage.UntypedStorage";

  private static final Map<String, Kind> STORAGES =
      ImmutableMap.<String, Kind>builder()
          .put("torch.DoubleStorage", Kind.of(TensorType.F64))
          .put("torch.FloatStorage", Kind.of(TensorType.F32))
          .put("torch.HalfStorage", Kind.of(TensorType.F16))
          .put("torch.BFloat16Storage", Kind.of(TensorType.BF16))
          .put("torch.LongStorage", Kind.of(TensorType.I64))
          .put("torch.IntStorage", Kind.of(TensorType.I32))
          .put("torch.ShortStorage", Kind.of(TensorType.I16))
          .put("torch.CharStorage", Kind.of(TensorType.I8))
          .put("torch.ByteStorage", Kind.of(TensorType.U8))
          .put("torch.BoolStorage", Kind.of(TensorType.BOOL))
          .put("torch.ComplexFloatStorage", Kind.unread(8))
          .put("torch.ComplexDoubleStorage", Kind.unread(16))
          .put(UNTYPED, Kind.unread(1))
          .buildOrThrow();

  private static final Map<String, Kind> TYPES =
      ImmutableMap.<String, Kind>builder()
          .put("torch.float64", Kind.of(TensorType.F64))
          .put("torch.float32", Kind.of(TensorType.F32))
          .put("torch.float16", Kind.of(TensorType.F16))
          .put("torch.bfloat16", Kind.of(TensorType.BF16))
          .put("torch.int64", Kind.of(TensorType.I64))
          .put("torch.int32", Kind.of(TensorType.I32))
          .put("torch.int16", Kind.of(TensorType.I16))
          .put("torch.int8", Kind.of(TensorType.I8))
          .put("torch.uint8", Kind.of(TensorType.U8))
          .put("torch.uint16", Kind.of(TensorType.U16))
          .put("torch.uint32", Kind.of(TensorType.U32))
          .put("torch.uint64", Kind.of(TensorType.U64))
          .put("torch.bool", Kind.of(TensorType.BOOL))
          .put("torch.complex64", Kind.unread(8))
          .put("torch.complex128", Kind.unread(16))
          .put("torch.float8_e4m3fn", Kind.unread(1))
          .put("torch.float8_e4m3fnuz", Kind.unread(1))
          .put("torch.float8_e5m2", Kind.unread(1))
          .put("torch.float8_e5m2fnuz", Kind.unread(1))
          .buildOrThrow();

  private StorageTypes() {}

  static boolean isStorage(String global) {
    return STORAGES.containsKey(global);
  }

  static boolean isType(String global) {
    return TYPES.containsKey(global);
  }

  private static Kind kind(Pickled.Storage storage) {
    return STORAGES.getOrDefault(storage.type(), Kind.unread(1));
  }

  private static Kind kind(Pickled.Tensor tensor) {
    return tensor.type().isEmpty()
        ? kind(tensor.storage())
        : TYPES.getOrDefault(tensor.type(), Kind.unread(1));
  }

  /** Size of a storage. */
  static long bytes(Pickled.Storage storage) {
    return Math.multiplyExact(storage.length(), (long) kind(storage).bytes());
  }

  /** Size of one of a tensor's values. */
  static int valueBytes(Pickled.Tensor tensor) {
    return kind(tensor).bytes();
  }

  /** What a tensor's values are read as; empty if they are not. */
  static Optional<TensorType> of(Pickled.Tensor tensor) {
    return kind(tensor).type();
  }

  /** As PyTorch names it, without its module. */
  static String name(Pickled.Tensor tensor) {
    var name = tensor.type().isEmpty() ? tensor.storage().type() : tensor.type();
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
