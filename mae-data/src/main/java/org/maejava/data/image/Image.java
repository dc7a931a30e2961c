package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;

/**
 * A decoded image: {@code [H, W, C]}, unsigned bytes, row by row, channels last.
 *
 * @param height rows
 * @param width columns
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param pixels {@code height · width · channels} values, not copied: whoever changes them changes
 *     the image
 */
@SuppressWarnings("ArrayRecordComponent") // a view of pixels, never compared
public record Image(int height, int width, int channels, byte[] pixels) {

  public Image {
    checkArgument(
        height > 0 && width > 0 && (long) height * width * channels == pixels.length,
        "an image of %s x %s x %s cannot have %s values",
        height,
        width,
        channels,
        pixels.length);
    checkArgument(channels == 1 || channels == 3, "%s channels; 1 or 3 are possible", channels);
  }

  /** SHA-256 of its size and pixels. */
  public HashCode sha256() {
    return Hashing.sha256().newHasher().putInt(height).putInt(width).putBytes(pixels).hash();
  }

  /** Left and right exchanged. */
  public Image mirrored() {
    var result = new byte[pixels.length];
    int length = width * channels;
    for (int row = 0; row < pixels.length; row += length) {
      int from = row + length - channels;
      for (int to = row; to < row + length; to += channels, from -= channels) {
        result[to] = pixels[from];
        if (channels == 3) {
          result[to + 1] = pixels[from + 1];
          result[to + 2] = pixels[from + 2];
        }
      }
    }
    return new Image(height, width, channels, result);
  }
}
