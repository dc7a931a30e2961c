package org.maejava.data.image;

import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.stream.IntStream;
import org.maejava.data.image.ImageHeader.Format;

/** The first image's directory of a TIFF file. */
final class TiffHeader {

  private TiffHeader() {}

  static ImageHeader read(byte[] bytes) throws UnreadableImageException {
    try (var stream = new ByteArrayImageInputStream(bytes)) {
      var directory = new TIFFReader().read(stream);
      requireWhole(directory, TIFF.TAG_STRIP_OFFSETS, TIFF.TAG_STRIP_BYTE_COUNTS, bytes.length);
      requireWhole(directory, TIFF.TAG_TILE_OFFSETS, TIFF.TAG_TILE_BYTE_COUNTS, bytes.length);
      return new ImageHeader(
          Format.TIFF,
          side(directory, TIFF.TAG_IMAGE_HEIGHT),
          side(directory, TIFF.TAG_IMAGE_WIDTH),
          false);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new UnreadableImageException("the TIFF has no whole header: " + e, e);
    }
  }

  /** The reader fills what is cut off with zeros. */
  private static void requireWhole(Directory directory, int offsetsTag, int sizesTag, long end)
      throws UnreadableImageException {
    var offsets = numbers(directory, offsetsTag);
    var sizes = numbers(directory, sizesTag);
    for (int i = 0; i < Math.min(offsets.length, sizes.length); i++) {
      ImageHeader.require(
          offsets[i] >= 0 && sizes[i] >= 0 && sizes[i] <= end - offsets[i],
          "the TIFF is cut off: its part %s ends at byte %s, the file has %s",
          i,
          offsets[i] + sizes[i],
          end);
    }
  }

  private static long[] numbers(Directory directory, int tag) {
    var entry = directory.getEntryById(tag);
    if (entry == null) {
      return new long[0];
    }
    var value = entry.getValue();
    if (value instanceof Number number) {
      return new long[] {number.longValue()};
    }
    if (!value.getClass().isArray()) {
      return new long[0];
    }
    return IntStream.range(0, Array.getLength(value))
        .mapToObj(i -> Array.get(value, i))
        .mapToLong(item -> item instanceof Number number ? number.longValue() : 0)
        .toArray();
  }

  private static int side(Directory directory, int tag) throws UnreadableImageException {
    var entry = directory.getEntryById(tag);
    ImageHeader.require(
        entry != null && entry.getValue() instanceof Number, "the TIFF does not tell its size");
    long side = ((Number) entry.getValue()).longValue();
    return (int) Math.min(Integer.MAX_VALUE, Math.max(-1, side));
  }
}
