package org.maejava.data.image;

import static org.maejava.data.image.ImageHeader.require;

import java.util.Arrays;
import org.maejava.data.image.ImageHeader.Format;

/** The blocks of a GIF (GIF89a specification). */
final class GifFrames {

  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2c;
  private static final byte TRAILER = 0x3b;

  private GifFrames() {}

  /**
   * A GIF of the first picture alone: the kernel decodes all pictures of an animation into memory
   * at once, and only the first is wanted.
   */
  static byte[] first(byte[] gif) throws UnreadableImageException {
    int picture = picture(gif);
    int end = afterBlocks(gif, picture + 11 + colours(gif, picture + 9));
    var first = Arrays.copyOf(gif, end + 1);
    first[end] = TRAILER;
    return first;
  }

  /** Its size is that of its first picture, which may be a part of the animation's canvas. */
  static ImageHeader header(byte[] gif) throws UnreadableImageException {
    int picture = picture(gif);
    int width = byteAt(gif, picture + 5) | byteAt(gif, picture + 6) << 8;
    int height = byteAt(gif, picture + 7) | byteAt(gif, picture + 8) << 8;
    return new ImageHeader(Format.GIF, height, width);
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
