package org.maejava.data.image;

import static org.maejava.data.image.ImageHeader.require;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.maejava.data.image.ImageHeader.Format;

/**
 * The headers of a Windows bitmap. Only what the kernel reads right is let through: it takes
 * palette indices for grey levels and compressed pixels for plain ones.
 *
 * @param height in pixels
 * @param width in pixels
 * @param end of the pixels in the file
 */
record BmpHeader(int height, int width, int end) {

  static ImageHeader read(byte[] bytes) throws UnreadableImageException {
    var header = parse(bytes);
    return new ImageHeader(Format.BMP, header.height, header.width);
  }

  /** The file without what follows its pixels, at which the kernel balks. */
  static byte[] withoutTrailer(byte[] bytes) throws UnreadableImageException {
    int end = parse(bytes).end;
    return end == bytes.length ? bytes : Arrays.copyOf(bytes, end);
  }

  private static BmpHeader parse(byte[] bytes) throws UnreadableImageException {
    require(bytes.length >= 54, "the BMP has no whole header");
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    require(buffer.getInt(14) >= 40, "the BMP's header is of OS/2; save it as PNG");
    int bits = buffer.getShort(28);
    int compression = buffer.getInt(30);
    require(
        (bits == 24 || bits == 32) && compression == 0,
        "the BMP has %s bits for a pixel and compression %s; only 24 and 32 bits, uncompressed, are"
            + " read: save it as PNG",
        bits,
        compression);
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
