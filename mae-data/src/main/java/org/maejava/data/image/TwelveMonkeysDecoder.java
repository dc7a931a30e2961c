package org.maejava.data.image;

import com.google.common.collect.Streams;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.maejava.data.image.ImageHeader.Format;

/**
 * What TensorFlow's kernels do not read, by TwelveMonkeys' readers: WebP, TIFF, bitmaps with a
 * palette or compression, lossless and 12-bit JPEG.
 */
final class TwelveMonkeysDecoder {

  /**
   * Zeros behind a WebP, whose reader holds eight bytes more than it has used: without them it asks
   * for what is not there at each pixel that takes no bits.
   */
  private static final int AHEAD = 16;

  private TwelveMonkeysDecoder() {}

  /**
   * An image. When interrupted it ends with the next bytes that it asks for.
   *
   * @throws UnreadableImageException if it cannot be decoded, with the reason
   */
  static Image decode(byte[] bytes, ImageHeader header, int channels, Alpha alpha)
      throws UnreadableImageException {
    boolean looksAhead = header.format() == Format.WEBP;
    var reader = reader(header.format());
    try (var stream =
        new BoundedStream(looksAhead ? Arrays.copyOf(bytes, bytes.length + AHEAD) : bytes)) {
      reader.setInput(stream, true, true);
      ImageHeader.require(
          reader.getWidth(0) == header.width() && reader.getHeight(0) == header.height(),
          "its header claims %s x %s pixels, it has %s x %s",
          header.width(),
          header.height(),
          reader.getWidth(0),
          reader.getHeight(0));
      return Rasters.image(reader.read(0), channels, alpha);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new UnreadableImageException("it cannot be decoded: " + e, e);
    } finally {
      reader.dispose();
    }
  }

  private static ImageReader reader(Format format) {
    return Streams.stream(ImageIO.getImageReadersByFormatName(format.name()))
        .filter(reader -> reader.getClass().getName().startsWith("com.twelvemonkeys."))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("there is no reader of " + format));
  }
}
