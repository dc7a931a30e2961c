package org.maejava.data.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;

/**
 * Java's images as bytes. Samples are taken as they are stored: Java would convert grey levels and
 * apply colour profiles, which Pillow does not.
 */
final class Rasters {

  private Rasters() {}

  static Image image(BufferedImage read, int channels, Alpha alpha)
      throws UnreadableImageException {
    if (read.isAlphaPremultiplied()) {
      return image(withPlainAlpha(read), channels, alpha);
    }
    boolean palette = read.getColorModel() instanceof IndexColorModel;
    int bands = palette ? 4 : read.getRaster().getNumBands();
    var pixels = palette ? paletteColours(read) : stored(read, bands);
    boolean inks =
        !palette
            && bands == 4
            && read.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK;
    if (inks) {
      inksToColours(pixels);
    }
    ImageHeader.require(bands <= 4, "it has %s channels; at most 4 are read", bands);
    return Channels.convert(
        read.getHeight(),
        read.getWidth(),
        bands,
        pixels,
        channels,
        inks ? new Alpha.Dropped() : alpha);
  }

  private static BufferedImage withPlainAlpha(BufferedImage read) {
    var raster = read.copyData(null);
    return new BufferedImage(read.getColorModel().coerceData(raster, false), raster, false, null);
  }

  /** Colours of a palette, with alpha. */
  private static byte[] paletteColours(BufferedImage read) {
    var model = (IndexColorModel) read.getColorModel();
    var raster = read.getRaster();
    var pixels = new byte[Math.multiplyExact(4, read.getWidth() * read.getHeight())];
    int at = 0;
    var row = new int[read.getWidth()];
    for (int y = 0; y < read.getHeight(); y++) {
      raster.getSamples(0, y, read.getWidth(), 1, 0, row);
      for (int index : row) {
        pixels[at++] = (byte) model.getRed(index);
        pixels[at++] = (byte) model.getGreen(index);
        pixels[at++] = (byte) model.getBlue(index);
        pixels[at++] = (byte) model.getAlpha(index);
      }
    }
    return pixels;
  }

  /** Bytes as they are, of 16 bits the upper half, of fewer than 8 stretched. */
  private static byte[] stored(BufferedImage read, int bands) throws UnreadableImageException {
    var raster = read.getRaster();
    int type = raster.getDataBuffer().getDataType();
    ImageHeader.require(
        type == DataBuffer.TYPE_BYTE
            || type == DataBuffer.TYPE_USHORT
            || type == DataBuffer.TYPE_INT,
        "its samples are not integers of 8 or 16 bits");
    var bits = raster.getSampleModel().getSampleSize();
    var pixels = new byte[Math.multiplyExact(bands, read.getWidth() * read.getHeight())];
    var row = new int[read.getWidth() * bands];
    int at = 0;
    for (int y = 0; y < read.getHeight(); y++) {
      raster.getPixels(0, y, read.getWidth(), 1, row);
      for (int i = 0; i < row.length; i++) {
        pixels[at++] = (byte) level(row[i], bits[i % bands]);
      }
    }
    return pixels;
  }

  private static int level(int value, int bits) {
    return bits > 8 ? value >>> (bits - 8) : bits == 8 ? value : value * 255 / ((1 << bits) - 1);
  }

  /** Cyan, magenta, yellow, black to red, green, blue and 255, in Pillow's arithmetic. */
  private static void inksToColours(byte[] pixels) {
    for (int i = 0; i < pixels.length; i += 4) {
      int light = 255 - (pixels[i + 3] & 0xff);
      for (int ink = 0; ink < 3; ink++) {
        int product = (pixels[i + ink] & 0xff) * light + 128;
        pixels[i + ink] = (byte) Math.max(0, light - (((product >> 8) + product) >> 8));
      }
      pixels[i + 3] = (byte) 255;
    }
  }
}
