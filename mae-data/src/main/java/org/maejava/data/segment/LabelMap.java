package org.maejava.data.segment;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.maejava.data.image.Box;
import org.maejava.data.image.DecodingMemory;
import org.maejava.data.image.Framing;
import org.maejava.data.image.ImageHeader;
import org.maejava.data.image.UnreadableImageException;

/**
 * A class for every pixel: PNG with one channel, or with a palette, whose stored values are class
 * indices.
 *
 * @param height rows
 * @param width columns
 * @param classes {@code [H, W]}, flat; {@link #IGNORED} where nothing is to be learned or judged
 */
@SuppressWarnings("ArrayRecordComponent") // a view of pixels, never compared
public record LabelMap(int height, int width, int[] classes) {

  /** The index of pixels without a class. */
  public static final int IGNORED = 255;

  /**
   * Reads a file's content.
   *
   * @throws UnreadableImageException if it is no PNG with one channel of integers, or too large
   */
  @SuppressWarnings("try") // memory is held, not used
  public static LabelMap read(byte[] file) throws UnreadableImageException {
    var header = ImageHeader.read(file);
    if (header.format() != ImageHeader.Format.PNG) {
      throw new UnreadableImageException("it is a %s, not a PNG".formatted(header.format()));
    }
    var whole = Box.whole(header.height(), header.width());
    try (var memory = DecodingMemory.ofProcess().hold(header, whole)) {
      return of(ImageIO.read(new ByteArrayInputStream(file)).getRaster());
    } catch (IOException | RuntimeException e) {
      throw new UnreadableImageException("it cannot be decoded: " + e.getMessage(), e);
    }
  }

  private static LabelMap of(Raster raster) throws UnreadableImageException {
    if (raster.getNumBands() != 1) {
      throw new UnreadableImageException(
          "it has %d channels; class indices are one, or a palette's"
              .formatted(raster.getNumBands()));
    }
    // As stored: neither a palette's colours nor a grey value's scale count.
    var classes = raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, (int[]) null);
    return new LabelMap(raster.getHeight(), raster.getWidth(), classes);
  }

  /** What an image's input shows of it, each pixel the class that lies at its middle. */
  public int[] framed(Framing framing, int inputHeight, int inputWidth) {
    var box = framing.box();
    var framed = new int[inputHeight * inputWidth];
    for (int y = 0; y < inputHeight; y++) {
      int row = (int) ((y + framing.top() + 0.5) * box.height() / framing.height());
      for (int x = 0; x < inputWidth; x++) {
        int column = (int) ((x + framing.left() + 0.5) * box.width() / framing.width());
        framed[y * inputWidth + x] =
            classes[
                (box.top() + Math.min(box.height() - 1, row)) * width
                    + box.left()
                    + Math.min(box.width() - 1, column)];
      }
    }
    return framed;
  }

  /** The largest index but {@link #IGNORED}; −1 if every pixel is ignored. */
  public int largest() {
    int largest = -1;
    for (int label : classes) {
      largest = label == IGNORED ? largest : Math.max(largest, label);
    }
    return largest;
  }
}
