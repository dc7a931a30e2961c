package org.maejava.data.corrupt;

import java.util.function.DoubleUnaryOperator;
import org.maejava.data.image.Image;

/**
 * An image's values from 0 to 1.
 *
 * @param values {@code [H, W, C]}, flat
 */
@SuppressWarnings("ArrayRecordComponent") // pixels on their way, never compared
record Values(int height, int width, int channels, double[] values) {

  /** The shorter side of the images that severities were chosen for. */
  private static final double SIDE = 224;

  static Values of(Image image) {
    var pixels = image.pixels();
    var values = new double[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (pixels[i] & 0xff) / 255.0;
    }
    return new Values(image.height(), image.width(), image.channels(), values);
  }

  /** Others of the same shape. */
  Values with(double[] others) {
    return new Values(height, width, channels, others);
  }

  /** What lengths in pixels are multiplied by. */
  double scale() {
    return Math.min(height, width) / SIDE;
  }

  double at(int y, int x, int channel) {
    return values[(y * width + x) * channels + channel];
  }

  /** Each by itself, in order. */
  double[] map(DoubleUnaryOperator change) {
    var changed = new double[values.length];
    for (int i = 0; i < changed.length; i++) {
      changed[i] = change.applyAsDouble(values[i]);
    }
    return changed;
  }

  /** Clipped and rounded to levels of 255. */
  Image image() {
    var pixels = new byte[values.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, values[i])));
    }
    return new Image(height, width, channels, pixels);
  }
}
