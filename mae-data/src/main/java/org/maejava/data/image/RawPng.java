package org.maejava.data.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pixels that were never encoded as a PNG file, with no change to their values. */
public final class RawPng {

  private RawPng() {}

  /** The file's bytes. */
  public static byte[] of(Image image) throws IOException {
    boolean grey = image.channels() == 1;
    var picture =
        new BufferedImage(
            image.width(),
            image.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    // Into the raster: setRGB would convert grey values as if they were sRGB.
    var samples = new int[image.pixels().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = image.pixels()[i] & 0xff;
    }
    picture.getRaster().setPixels(0, 0, image.width(), image.height(), samples);
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IOException("this Java cannot write PNG");
      }
    }
    return bytes.toByteArray();
  }
}
