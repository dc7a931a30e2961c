package org.maejava.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A tensor type")
class TensorTypeTest {

  @Test
  void halfIsWidenedExactlyForEveryBitPattern() {
    var values = TensorType.F16.toFloats(everyPattern());
    for (int bits = 0; bits < values.length; bits++) {
      assertThat(Float.compare(values[bits], ieee(bits, 5, 10))).as("%04x", bits).isZero();
    }
  }

  @Test
  void bfloat16IsWidenedExactlyForEveryBitPattern() {
    var values = TensorType.BF16.toFloats(everyPattern());
    for (int bits = 0; bits < values.length; bits++) {
      assertThat(Float.compare(values[bits], ieee(bits, 8, 7))).as("%04x", bits).isZero();
    }
  }

  @Test
  void widerTypesAreRoundedToTheNearestFloat() {
    var doubles = buffer(16).putDouble(0.1).putDouble(1e300).flip();
    assertThat(TensorType.F64.toFloats(doubles)).containsExactly(0.1f, Float.POSITIVE_INFINITY);
    var longs = buffer(16).putLong((1 << 24) + 1).putLong(Long.MIN_VALUE).flip();
    assertThat(TensorType.I64.toFloats(longs)).containsExactly(1 << 24, -0x1p63f);
    var ints = buffer(8).putInt(Integer.MAX_VALUE).putInt(-7).flip();
    assertThat(TensorType.I32.toFloats(ints)).containsExactly(0x1p31f, -7);
  }

  @Test
  void smallIntegersKeepTheirSign() {
    var bytes = buffer(2).put((byte) 0xff).put((byte) 0x7f).flip();
    assertThat(TensorType.I8.toFloats(bytes.duplicate())).containsExactly(-1, 127);
    assertThat(TensorType.U8.toFloats(bytes.duplicate())).containsExactly(255, 127);
    assertThat(TensorType.I16.toFloats(buffer(2).putShort((short) -300).flip()))
        .containsExactly(-300);
    assertThat(TensorType.BOOL.toFloats(buffer(2).put((byte) 1).put((byte) 0).flip()))
        .containsExactly(1, 0);
  }

  @Test
  void unsignedIntegersHaveNoSign() {
    assertThat(TensorType.U16.toFloats(buffer(2).putShort((short) -1).flip()))
        .containsExactly(65535);
    assertThat(TensorType.U32.toFloats(buffer(4).putInt(-1).flip())).containsExactly(0x1p32f);
    var longs = buffer(24).putLong(-1).putLong(7).putLong((1L << 63) + (1L << 39) + 1).flip();
    assertThat(TensorType.U64.toFloats(longs))
        .containsExactly(0x1p64f, 7, new BigInteger("9223372586610589697").floatValue());
  }

  /** IEEE 754's definition of a binary format, in exact arithmetic. */
  private static float ieee(int bits, int exponentBits, int fractionBits) {
    int fraction = bits & ((1 << fractionBits) - 1);
    int exponent = (bits >> fractionBits) & ((1 << exponentBits) - 1);
    int sign = bits >> (exponentBits + fractionBits) == 0 ? 1 : -1;
    if (exponent == (1 << exponentBits) - 1) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    int bias = (1 << (exponentBits - 1)) - 1;
    int significand = exponent == 0 ? fraction : fraction + (1 << fractionBits);
    int power = Math.max(exponent, 1) - bias - fractionBits;
    var exact = new BigDecimal(BigInteger.valueOf(significand));
    var two = BigDecimal.valueOf(2);
    for (int i = 0; i < Math.abs(power); i++) {
      exact = power > 0 ? exact.multiply(two) : exact.divide(two);
    }
    return sign * exact.floatValue(); // a negative zero included
  }

  private static ByteBuffer everyPattern() {
    var buffer = buffer(2 * 65536);
    for (int bits = 0; bits < 65536; bits++) {
      buffer.putShort((short) bits);
    }
    return buffer.flip();
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
