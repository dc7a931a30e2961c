package org.maejava.data.image;

import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * How a camera was held, as EXIF numbers it from 1 (upright) to 8.
 *
 * @param number from 1 to 8
 */
record Orientation(int number) {

  static final Orientation UPRIGHT = new Orientation(1);

  /** Of a JPEG; upright if it does not say, or cannot be understood. */
  static Orientation of(byte[] jpeg) {
    try (var stream = new ByteArrayImageInputStream(jpeg)) {
      var segments = JPEGSegmentUtil.readSegments(stream, JPEG.APP1, "Exif");
      if (segments.isEmpty()) {
        return UPRIGHT;
      }
      var data = segments.get(0).segmentData();
      data.skipNBytes(6); // the identifier; offsets count from its end
      try (var exif = new MemoryCacheImageInputStream(data)) {
        var entry = new TIFFReader().read(exif).getEntryById(TIFF.TAG_ORIENTATION);
        return entry != null
                && entry.getValue() instanceof Number number
                && number.intValue() >= 1
                && number.intValue() <= 8
            ? new Orientation(number.intValue())
            : UPRIGHT;
      }
    } catch (IOException | RuntimeException e) {
      return UPRIGHT;
    }
  }

  /** Whether rows become columns. */
  boolean swapsSides() {
    return number >= 5;
  }

  /** The image as it was meant to be seen. */
  Image apply(Image stored) {
    if (number == 1) {
      return stored;
    }
    int height = swapsSides() ? stored.width() : stored.height();
    int width = swapsSides() ? stored.height() : stored.width();
    int channels = stored.channels();
    var pixels = new byte[stored.pixels().length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from =
            (storedRow(y, x, stored) * stored.width() + storedColumn(y, x, stored)) * channels;
        System.arraycopy(stored.pixels(), from, pixels, (y * width + x) * channels, channels);
      }
    }
    return new Image(height, width, channels, pixels);
  }

  private int storedRow(int y, int x, Image stored) {
    return switch (number) {
      case 3, 4 -> stored.height() - 1 - y;
      case 5, 8 -> x;
      case 6, 7 -> stored.height() - 1 - x;
      default -> y;
    };
  }

  private int storedColumn(int y, int x, Image stored) {
    return switch (number) {
      case 2, 3 -> stored.width() - 1 - x;
      case 5, 6 -> y;
      case 7, 8 -> stored.width() - 1 - y;
      default -> x;
    };
  }
}
