package org.maejava.data.augment;

import org.maejava.data.image.Channels;
import org.maejava.data.image.Image;

/**
 * An image blended with a degenerate version of itself, as Pillow's {@code ImageEnhance} does, to
 * the last bit: factor 0 is the degenerate one, 1 the image, and above 1 the difference is
 * exaggerated.
 */
final class Enhancements {

  private Enhancements() {}

  /** Towards black. */
  static Image brightness(Image image, double factor) {
    return PointOperations.each(image, value -> blend(0, value, (float) factor));
  }

  /** Towards the image's mean luma, rounded. */
  static Image contrast(Image image, double factor) {
    var grey = grey(image).pixels();
    long sum = 0;
    for (byte value : grey) {
      sum += value & 0xff;
    }
    int mean = (int) ((double) sum / grey.length + 0.5);
    return PointOperations.each(image, value -> blend(mean, value, (float) factor));
  }

  /** Towards each pixel's luma; a grey image is left as it is. */
  static Image colour(Image image, double factor) {
    if (image.channels() == 1) {
      return image;
    }
    var grey = grey(image).pixels();
    var pixels = image.pixels();
    var result = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      result[i] = (byte) blend(grey[i / 3] & 0xff, pixels[i] & 0xff, (float) factor);
    }
    return new Image(image.height(), image.width(), 3, result);
  }

  /** Towards the image smoothed by a 3 x 3 kernel of ones with 5 in the middle. */
  static Image sharpness(Image image, double factor) {
    int channels = image.channels();
    int length = image.width() * channels;
    var pixels = image.pixels();
    var result = pixels.clone();
    for (int row = 1; row < image.height() - 1; row++) {
      int end = (row + 1) * length - channels;
      for (int i = row * length + channels; i < end; i++) {
        int sum = 4 * (pixels[i] & 0xff);
        for (int above = i - length; above <= i + length; above += length) {
          sum +=
              (pixels[above - channels] & 0xff)
                  + (pixels[above] & 0xff)
                  + (pixels[above + channels] & 0xff);
        }
        // A thirteenth, rounded.
        result[i] = (byte) blend((2 * sum + 13) / 26, pixels[i] & 0xff, (float) factor);
      }
    }
    return new Image(image.height(), image.width(), channels, result);
  }

  private static Image grey(Image image) {
    return Channels.convert(image.height(), image.width(), image.channels(), image.pixels(), 1);
  }

  private static int blend(int degenerate, int value, float factor) {
    float blended = degenerate + factor * (value - degenerate);
    return (int) Math.max(0, Math.min(255, blended));
  }
}
