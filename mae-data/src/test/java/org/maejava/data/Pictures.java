package org.maejava.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Image files made at test time. */
public final class Pictures {

  private Pictures() {}

  /** Smooth colours, so that a lossy format keeps them nearly; different for each seed. */
  public static BufferedImage picture(int width, int height, int type, long seed) {
    var random = new SplittableRandom(seed);
    double phase = random.nextDouble(6);
    var image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = (int) (127 + 120 * Math.sin(phase + x * 3.0 / width));
        int green = (int) (127 + 120 * Math.cos(phase + y * 3.0 / height));
        int blue = (int) (127 + 120 * Math.sin(phase * 2 + (x + y) * 2.0 / (width + height)));
        image.setRGB(x, y, 0xff000000 | red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  /** A file of this format: jpg, png, bmp, gif. */
  public static byte[] encoded(BufferedImage image, String format) {
    var bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalArgumentException(format + " cannot hold this image");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A colour JPEG. */
  public static byte[] jpeg(int width, int height, long seed) {
    return encoded(picture(width, height, BufferedImage.TYPE_INT_RGB, seed), "jpg");
  }

  /** Writes a file, its folders with it. */
  public static void write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
