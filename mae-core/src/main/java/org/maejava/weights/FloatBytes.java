package org.maejava.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Values as files have them and digests take them: four bytes each, little-endian. */
final class FloatBytes {

  private final ByteBuffer some =
      ByteBuffer.allocate(4 * WeightSource.VALUES_AT_A_TIME).order(ByteOrder.LITTLE_ENDIAN);

  /** Is handed bytes, the first {@code count} of an array that is used again. */
  interface Sink<E extends Exception> {
    void take(byte[] bytes, int count) throws E;
  }

  /** Hands on the first {@code count} values. */
  <E extends Exception> void of(float[] values, int count, Sink<E> sink) throws E {
    for (int from = 0; from < count; from += WeightSource.VALUES_AT_A_TIME) {
      int next = Math.min(WeightSource.VALUES_AT_A_TIME, count - from);
      some.asFloatBuffer().put(values, from, next);
      sink.take(some.array(), 4 * next);
    }
  }
}
