package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Numbers and texts in a pickle, each of a length that can be.
 *
 * @param in little-endian
 */
record PickleScalars(ByteBuffer in) {

  private static final int MAX_TEXT = 16 << 20;
  private static final int MAX_INTEGER_BYTES = 255;

  /** Little-endian, of so many bytes. */
  Object integer(int bytes) throws IOException {
    if (bytes < 0 || bytes > MAX_INTEGER_BYTES) {
      throw new IOException(
          "an integer of %s bytes is longer than %d"
              .formatted(Integer.toUnsignedString(bytes), MAX_INTEGER_BYTES));
    }
    if (bytes == 0) {
      return 0L;
    }
    var bigEndian = new byte[bytes];
    for (int i = bytes - 1; i >= 0; i--) {
      bigEndian[i] = in.get();
    }
    var value = new BigInteger(bigEndian);
    if (value.bitLength() < Long.SIZE) {
      return value.longValueExact();
    }
    return value;
  }

  /** UTF-8. */
  String text(long length) throws IOException {
    try {
      return UTF_8.newDecoder().decode(slice(length)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("a text is not UTF-8", e);
    }
  }

  /** Each byte as a character. */
  String bytes(long length) throws IOException {
    return ISO_8859_1.decode(slice(length)).toString();
  }

  private ByteBuffer slice(long length) throws IOException {
    if (length < 0 || length > Math.min(in.remaining(), MAX_TEXT)) {
      throw new IOException(
          "a text claims %s bytes, of %d that are left and %d at most"
              .formatted(Long.toUnsignedString(length), in.remaining(), MAX_TEXT));
    }
    var slice = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return slice;
  }

  /** Up to the next line feed. */
  String line() throws IOException {
    var line = new StringBuilder();
    for (int next = in.get(); next != '\n'; next = in.get()) {
      if (line.length() == 1000) {
        throw new IOException("a name has more than 1000 characters");
      }
      line.append((char) (next & 0xff));
    }
    return line.toString();
  }
}
