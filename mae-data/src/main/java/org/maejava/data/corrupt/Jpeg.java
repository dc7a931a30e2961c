package org.maejava.data.corrupt;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** What JPEG leaves of an image, by Java's own writer and reader. */
final class Jpeg {

  private Jpeg() {}

  /** Compressed and read again. */
  static double[] compressed(Values values, double quality) {
    boolean grey = values.channels() == 1;
    var image =
        new BufferedImage(
            values.width(),
            values.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    var samples = values.map(value -> Math.round(255 * value));
    image.getRaster().setPixels(0, 0, values.width(), values.height(), samples);
    try {
      // Without a cache on disk: readers and writers would leave files there.
      var bytes = written(image, (float) quality);
      var read = ImageIO.getImageReadersByFormatName("jpeg").next();
      try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
        read.setInput(in);
        var raster = read.read(0).getRaster();
        var levels = raster.getPixels(0, 0, values.width(), values.height(), (double[]) null);
        return values.with(levels).map(level -> level / 255);
      } finally {
        read.dispose();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("an image of memory cannot be compressed", e);
    }
  }

  private static byte[] written(BufferedImage image, float quality) throws IOException {
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      var how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), how);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
