package org.maejava.data.image;

import com.google.common.base.Strings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Format and size of an encoded image, from its first bytes and not from its name. Checked before
 * anything is allocated for its pixels.
 *
 * @param format by magic number
 * @param height in pixels
 * @param width in pixels
 * @param byKernel whether TensorFlow's kernels read this kind; else other readers do
 */
public record ImageHeader(Format format, int height, int width, boolean byKernel) {

  /** Pixels beyond which an image is refused: decoding it would cost 300 MB and more. */
  public static final long MAX_PIXELS = 100_000_000;

  /** Rows or columns beyond which an image is refused: more than a JPEG can have. */
  public static final int MAX_SIDE = 65_535;

  /** What can be decoded. */
  public enum Format {
    JPEG,
    PNG,
    BMP,
    /** The first picture of it. */
    GIF,
    /** The first picture of it. */
    WEBP,
    /** The first picture of it. */
    TIFF
  }

  ImageHeader(Format format, int height, int width) {
    this(format, height, width, true);
  }

  /**
   * About the most of Java's heap that decoding takes: raw and converted pixels.
   *
   * @param box that is needed
   */
  long decodingBytes(Box box) {
    if (format == Format.JPEG && byKernel) {
      var part = JpegMargin.around(box, this);
      return 4L * part.height() * part.width();
    }
    return (byKernel ? 7L : 16L) * height * width;
  }

  /** With rows and columns exchanged. */
  ImageHeader turned() {
    return new ImageHeader(format, /* height= */ width, /* width= */ height, byKernel);
  }

  /**
   * Reads it.
   *
   * @throws UnreadableImageException if this is not an image of a known format, the header is cut
   *     off or broken, or the image is larger than the limits
   */
  public static ImageHeader read(byte[] bytes) throws UnreadableImageException {
    return read(bytes, MAX_PIXELS);
  }

  /** As {@link #read(byte[])}, with another limit of pixels. */
  static ImageHeader read(byte[] bytes, long maxPixels) throws UnreadableImageException {
    require(bytes.length > 0, "the file is empty");
    var header =
        switch (format(bytes)) {
          case JPEG -> JpegHeader.read(bytes);
          case PNG -> png(bytes);
          case BMP -> BmpHeader.read(bytes);
          case GIF -> GifFrames.header(bytes);
          case WEBP -> WebpHeader.read(bytes);
          case TIFF -> TiffHeader.read(bytes);
        };
    require(
        header.height > 0 && header.width > 0,
        "its header claims %s x %s pixels",
        header.width,
        header.height);
    require(
        header.height <= MAX_SIDE
            && header.width <= MAX_SIDE
            && (long) header.height * header.width <= maxPixels,
        "its header claims %s x %s pixels; at most %s in all and %s on a side are read",
        header.width,
        header.height,
        maxPixels,
        MAX_SIDE);
    return header;
  }

  private static Format format(byte[] bytes) throws UnreadableImageException {
    if (begins(bytes, "\u00ff\u00d8\u00ff")) {
      return Format.JPEG;
    } else if (begins(bytes, "\u0089PNG\r\n\u001a\n")) {
      return Format.PNG;
    } else if (begins(bytes, "GIF87a") || begins(bytes, "GIF89a")) {
      return Format.GIF;
    } else if (begins(bytes, "BM")) {
      return Format.BMP;
    } else if (begins(bytes, "II*\0") || begins(bytes, "MM\0*")) {
      return Format.TIFF;
    } else if (begins(bytes, "RIFF") && bytes.length >= 12 && begins(bytes, 8, "WEBP")) {
      return Format.WEBP;
    }
    var start = new String(bytes, 0, Math.min(bytes.length, 16), StandardCharsets.ISO_8859_1);
    throw new UnreadableImageException(
        "it is not a JPEG, PNG, GIF, BMP, WebP or TIFF; it begins with \""
            + start.replaceAll("[^ -~]", ".")
            + "\"");
  }

  private static boolean begins(byte[] bytes, String magic) {
    for (int i = 0; i < magic.length(); i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static ImageHeader png(byte[] bytes) throws UnreadableImageException {
    require(bytes.length >= 33 && begins(bytes, 12, "IHDR"), "the PNG has no whole header");
    var buffer = ByteBuffer.wrap(bytes);
    // A width above 2^31 is negative here, and refused as such.
    return new ImageHeader(Format.PNG, buffer.getInt(20), buffer.getInt(16));
  }

  private static boolean begins(byte[] bytes, int at, String text) {
    return new String(bytes, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
  }

  /** For the parsers of this package: throws the formatted problem unless a condition holds. */
  static void require(boolean held, String problem, Object... values)
      throws UnreadableImageException {
    if (!held) {
      throw new UnreadableImageException(Strings.lenientFormat(problem, values));
    }
  }
}
