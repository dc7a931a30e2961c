package org.maejava.data.image;

import static org.maejava.data.image.ImageHeader.require;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import org.maejava.data.image.ImageHeader.Format;

/**
 * The headers of a Windows bitmap. The kernel is given only the kinds that it reads correctly: it
 * takes palette indices for grey levels and compressed pixels for uncompressed ones.
 *
 * @param height in pixels
 * @param width in pixels
 * @param end of the pixels in the file
 */
record BmpHeader(int height, int width, int end) {

  /** None, run lengths of 8 and 4 bits, bit fields with and without alpha. */
  private static final Set<Integer> COMPRESSIONS = Set.of(0, 1, 2, 3, 6);

  private static final int OS2 = 12;

  static ImageHeader read(byte[] bytes) throws UnreadableImageException {
    require(bytes.length >= 26, "the BMP has no whole header");
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt(14) == OS2) {
      return new ImageHeader(Format.BMP, buffer.getShort(20), buffer.getShort(18), false);
    }
    require(bytes.length >= 54, "the BMP has no whole header");
    int bits = buffer.getShort(28);
    int compression = buffer.getInt(30);
    require(
        COMPRESSIONS.contains(compression), "the BMP has the unknown compression %s", compression);
    if ((bits == 24 || bits == 32) && compression == 0 && buffer.getInt(14) >= 40) {
      var header = parse(bytes);
      return new ImageHeader(Format.BMP, header.height, header.width);
    }
    int height = buffer.getInt(22) == Integer.MIN_VALUE ? -1 : Math.abs(buffer.getInt(22));
    return new ImageHeader(Format.BMP, height, buffer.getInt(18), false);
  }

  /** The file without what follows its pixels, which the kernel refuses. */
  static byte[] withoutTrailer(byte[] bytes) throws UnreadableImageException {
    int end = parse(bytes).end;
    return end == bytes.length ? bytes : Arrays.copyOf(bytes, end);
  }

  private static BmpHeader parse(byte[] bytes) throws UnreadableImageException {
    require(bytes.length >= 54, "the BMP has no whole header");
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int bits = buffer.getShort(28);
    int width = buffer.getInt(18);
    // Negative: rows run from top to bottom.
    int height = Math.abs(buffer.getInt(22));
    long row = ((long) bits * width + 31) / 32 * 4;
    long end = Integer.toUnsignedLong(buffer.getInt(10)) + row * height;
    require(
        width > 0 && height > 0 && end - row * height >= 54 && end <= bytes.length,
        "the BMP claims %s x %s pixels, more than its %s bytes hold",
        width,
        height,
        bytes.length);
    return new BmpHeader(height, width, (int) end);
  }
}
