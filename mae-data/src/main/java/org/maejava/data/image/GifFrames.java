package org.maejava.data.image;

import static org.maejava.data.image.ImageHeader.require;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.maejava.data.image.ImageHeader.Format;

/** The blocks of a GIF (GIF89a specification). */
final class GifFrames {

  private static final int EXTENSION = 0x21;
  private static final int CONTROL = 0xf9;
  private static final int IMAGE = 0x2c;
  private static final byte TRAILER = 0x3b;

  private GifFrames() {}

  /**
   * A GIF of the first picture alone: the kernel decodes all pictures of an animation into memory
   * at once, and only the first is wanted. Its place on the canvas and its transparent colour are
   * left out: the kernel would cut it off and paint black.
   */
  static byte[] first(byte[] gif) throws UnreadableImageException {
    int picture = picture(gif);
    int end = afterBlocks(gif, picture + 11 + colours(gif, picture + 9));
    var first = new ByteArrayOutputStream();
    first.write(gif, 0, 13 + colours(gif, 10));
    first.write(IMAGE);
    first.writeBytes(new byte[4]);
    first.write(gif, picture + 5, end - picture - 5);
    first.write(TRAILER);
    return first.toByteArray();
  }

  /** Its size is that of its canvas, or larger where its first picture goes beyond that. */
  static ImageHeader header(byte[] gif) throws UnreadableImageException {
    int picture = picture(gif);
    require(
        twoBytes(gif, picture + 5) > 0 && twoBytes(gif, picture + 7) > 0,
        "the GIF's first picture has no pixels");
    return new ImageHeader(
        Format.GIF,
        Math.max(twoBytes(gif, 8), twoBytes(gif, picture + 3) + twoBytes(gif, picture + 7)),
        Math.max(twoBytes(gif, 6), twoBytes(gif, picture + 1) + twoBytes(gif, picture + 5)));
  }

  /**
   * The first picture on its canvas, as Pillow places it: around it is the transparent colour, or
   * if there is none the palette's first.
   */
  static Image onCanvas(byte[] gif, Image picture) throws UnreadableImageException {
    var header = header(gif);
    if (header.height() == picture.height() && header.width() == picture.width()) {
      return picture;
    }
    int at = picture(gif);
    int channels = picture.channels();
    var colour = Channels.convert(1, 1, 3, around(gif, at), channels).pixels();
    var pixels = new byte[Math.multiplyExact(channels, header.height() * header.width())];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = colour[i % channels];
    }
    int row = picture.width() * channels;
    for (int y = 0; y < picture.height(); y++) {
      int to = (twoBytes(gif, at + 3) + y) * header.width() + twoBytes(gif, at + 1);
      System.arraycopy(picture.pixels(), y * row, pixels, to * channels, row);
    }
    return new Image(header.height(), header.width(), channels, pixels);
  }

  private static byte[] around(byte[] gif, int picture) throws UnreadableImageException {
    int index = transparent(gif);
    boolean own = colours(gif, picture + 9) > 0;
    int size = own ? colours(gif, picture + 9) : colours(gif, 10);
    int at = (own ? picture + 10 : 13) + 3 * index;
    return 3 * index < size ? Arrays.copyOfRange(gif, at, at + 3) : new byte[3];
  }

  /** The first picture's transparent colour, or 0. */
  private static int transparent(byte[] gif) throws UnreadableImageException {
    int transparent = 0;
    int at = 13 + colours(gif, 10);
    while (byteAt(gif, at) == EXTENSION) {
      if (byteAt(gif, at + 1) == CONTROL && byteAt(gif, at + 2) == 4) {
        transparent = (byteAt(gif, at + 3) & 1) == 0 ? 0 : byteAt(gif, at + 6);
      }
      at = afterBlocks(gif, at + 2);
    }
    return transparent;
  }

  private static int twoBytes(byte[] gif, int at) throws UnreadableImageException {
    return byteAt(gif, at) | byteAt(gif, at + 1) << 8;
  }

  /** Where the first picture's description begins. */
  private static int picture(byte[] gif) throws UnreadableImageException {
    int at = 13 + colours(gif, 10);
    while (byteAt(gif, at) == EXTENSION) {
      at = afterBlocks(gif, at + 2);
    }
    require(byteAt(gif, at) == IMAGE, "the GIF has no picture");
    return at;
  }

  /** Bytes of the colour table that flags announce. */
  private static int colours(byte[] gif, int flags) throws UnreadableImageException {
    int value = byteAt(gif, flags);
    return (value & 0x80) == 0 ? 0 : 3 << ((value & 7) + 1);
  }

  /** Behind a chain of blocks, each with its length, the last of length zero. */
  private static int afterBlocks(byte[] gif, int first) throws UnreadableImageException {
    int at = first;
    while (byteAt(gif, at) != 0) {
      at += 1 + byteAt(gif, at);
    }
    return at + 1;
  }

  private static int byteAt(byte[] gif, int at) throws UnreadableImageException {
    require(at < gif.length, "the GIF ends within its first picture");
    return gif[at] & 0xff;
  }
}
