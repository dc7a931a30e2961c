package org.maejava.data.image;

import static org.maejava.data.image.ImageHeader.require;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.maejava.data.image.ImageHeader.Format;

/** The first chunk of a WebP file (RFC 9649): plain VP8, lossless VP8L, or extended VP8X. */
final class WebpHeader {

  private WebpHeader() {}

  static ImageHeader read(byte[] bytes) throws UnreadableImageException {
    require(bytes.length >= 30, "the WebP has no whole header");
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long riff = Integer.toUnsignedLong(buffer.getInt(4)) + 8;
    long first = Integer.toUnsignedLong(buffer.getInt(16)) + 20;
    require(
        riff <= bytes.length && first <= riff,
        "the WebP is cut off: it claims %s bytes, its first part %s; the file has %s",
        riff,
        first,
        bytes.length);
    var chunk = new String(bytes, 12, 4, StandardCharsets.ISO_8859_1);
    return switch (chunk) {
      case "VP8 " -> header(buffer.getShort(28) & 0x3fff, buffer.getShort(26) & 0x3fff);
      case "VP8L" -> {
        int sides = buffer.getInt(21);
        yield header(((sides >>> 14) & 0x3fff) + 1, (sides & 0x3fff) + 1);
      }
      case "VP8X" -> header(threeBytes(bytes, 27) + 1, threeBytes(bytes, 24) + 1);
      default ->
          throw new UnreadableImageException(
              "the WebP begins with an unknown chunk \"" + chunk.replaceAll("[^ -~]", ".") + "\"");
    };
  }

  private static ImageHeader header(int height, int width) {
    return new ImageHeader(Format.WEBP, height, width, false);
  }

  private static int threeBytes(byte[] bytes, int at) {
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16;
  }
}
