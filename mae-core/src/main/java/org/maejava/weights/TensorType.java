package org.maejava.weights;

import java.nio.ByteBuffer;

/** Types of the safetensors format, by the names it uses. */
public enum TensorType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U64(8),
  U32(4),
  U16(2),
  U8(1),
  BOOL(1);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of a value. */
  public int bytes() {
    return bytes;
  }

  /** A little-endian buffer's values, rounded to float where they are wider. */
  public float[] toFloats(ByteBuffer buffer) {
    var values = new float[buffer.remaining() / bytes];
    if (this == F32) {
      buffer.asFloatBuffer().get(values);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = next(buffer);
    }
    return values;
  }

  private float next(ByteBuffer buffer) {
    return switch (this) {
      case F64 -> (float) buffer.getDouble();
      case F32 -> buffer.getFloat();
      case F16 -> halfToFloat(buffer.getShort());
      case BF16 -> Float.intBitsToFloat(buffer.getShort() << 16);
      case I64 -> (float) buffer.getLong();
      case I32 -> (float) buffer.getInt();
      case I16 -> buffer.getShort();
      case I8 -> buffer.get();
      case U64 -> unsigned(buffer.getLong());
      case U32 -> (float) (buffer.getInt() & 0xffffffffL);
      case U16 -> buffer.getShort() & 0xffff;
      case U8, BOOL -> buffer.get() & 0xff;
    };
  }

  /** Halved with its last bit kept, so that doubling rounds as the whole would. */
  private static float unsigned(long value) {
    return value >= 0 ? (float) value : 2 * (float) ((value >>> 1) | (value & 1));
  }

  /** IEEE 754 binary16, exactly; Java gained this conversion only in 20. */
  private static float halfToFloat(short half) {
    int sign = half & 0x8000;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
        };
    return sign == 0 ? magnitude : -magnitude;
  }
}
