package org.maejava.data.image;

import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import org.maejava.data.image.ImageHeader.Format;

/** The first image's directory of a TIFF file. */
final class TiffHeader {

  private TiffHeader() {}

  static ImageHeader read(byte[] bytes) throws UnreadableImageException {
    try (var stream = new ByteArrayImageInputStream(bytes)) {
      var directory = new TIFFReader().read(stream);
      return new ImageHeader(
          Format.TIFF,
          side(directory, TIFF.TAG_IMAGE_HEIGHT),
          side(directory, TIFF.TAG_IMAGE_WIDTH),
          false);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new UnreadableImageException("the TIFF has no whole header: " + e, e);
    }
  }

  private static int side(Directory directory, int tag) throws UnreadableImageException {
    var entry = directory.getEntryById(tag);
    ImageHeader.require(
        entry != null && entry.getValue() instanceof Number, "the TIFF does not tell its size");
    long side = ((Number) entry.getValue()).longValue();
    return (int) Math.min(Integer.MAX_VALUE, Math.max(-1, side));
  }
}
