package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Writes pickles byte by byte: such as PyTorch writes, and such as it never would. */
final class PickleBytes {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Of protocol 2. */
  static PickleBytes start() {
    return new PickleBytes().op(0x80).op(2);
  }

  /** Nothing yet. */
  static PickleBytes empty() {
    return new PickleBytes();
  }

  PickleBytes op(int... bytes) {
    for (int value : bytes) {
      out.write(value);
    }
    return this;
  }

  PickleBytes ops(String characters) {
    return op(characters.chars().toArray());
  }

  PickleBytes int32(long value) {
    return littleEndian(value, 4);
  }

  PickleBytes int64(long value) {
    return littleEndian(value, 8);
  }

  private PickleBytes littleEndian(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      op((int) (value >>> (8 * i)) & 0xff);
    }
    return this;
  }

  /** A number of any size. */
  PickleBytes number(long value) {
    return op(0x8a, 8).int64(value);
  }

  PickleBytes text(String text) {
    var bytes = text.getBytes(UTF_8);
    return op('X').int32(bytes.length).raw(bytes);
  }

  PickleBytes global(String module, String name) {
    return ops("c" + module + "\n" + name + "\n");
  }

  PickleBytes tuple(long... numbers) {
    op('(');
    for (long number : numbers) {
      number(number);
    }
    return op('t');
  }

  /** The persistent id of a storage, looked up. */
  PickleBytes storage(String type, String key, long length) {
    op('(').text("storage").global("torch", type).text(key).text("cpu").number(length);
    return ops("tQ");
  }

  /** A float tensor over storage {@code key}. */
  PickleBytes tensor(String key, long length, long offset, long[] shape, long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").op('(').storage("FloatStorage", key, length);
    number(offset).tuple(shape).tuple(strides).op(0x89).global("collections", "OrderedDict");
    return ops(")RtR");
  }

  byte[] stop() {
    return op('.').bytes();
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** The state dict {@code {"w": tensor}} of what {@code tensor} writes. */
  static byte[] dictOf(PickleBytes tensor) {
    return start().op('}').text("w").append(tensor).ops("s").stop();
  }

  PickleBytes append(PickleBytes other) {
    return raw(other.bytes());
  }

  private PickleBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }
}
