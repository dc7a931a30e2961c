package org.maejava.data.augment;

import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.maejava.data.image.Image;

/**
 * Every value replaced by one that depends on it alone, or on it and its channel's histogram: what
 * Pillow's {@code ImageOps} computes, to the last bit.
 */
final class PointOperations {

  private PointOperations() {}

  /** Each channel stretched to 0 to 255. */
  static Image autoContrast(Image image) {
    return byHistogram(image, PointOperations::stretch);
  }

  /** Each channel's values spread evenly over 0 to 255. */
  static Image equalize(Image image) {
    return byHistogram(image, PointOperations::spread);
  }

  /** The negative. */
  static Image invert(Image image) {
    return each(image, value -> 255 - value);
  }

  /** The upper {@code bits} of each value, 0 to 8; none of them is black, as in older Pillows. */
  static Image posterize(Image image, int bits) {
    int mask = ~((1 << (8 - bits)) - 1);
    return each(image, value -> value & mask);
  }

  /** The negative of values from {@code threshold} on. */
  static Image solarize(Image image, int threshold) {
    return each(image, value -> value < threshold ? value : 255 - value);
  }

  /** Values below 128 brightened. */
  static Image solarizeAdd(Image image, int addend) {
    return each(image, value -> value < 128 ? Math.min(255, value + addend) : value);
  }

  /** Every value by a function from 0 to 255 to 0 to 255. */
  static Image each(Image image, IntUnaryOperator function) {
    return byHistogram(image, histogram -> function);
  }

  private static Image byHistogram(Image image, Function<int[], IntUnaryOperator> choose) {
    int channels = image.channels();
    var pixels = image.pixels();
    var result = new byte[pixels.length];
    for (int channel = 0; channel < channels; channel++) {
      var function = choose.apply(histogram(image, channel));
      var table = new byte[256];
      for (int value = 0; value < 256; value++) {
        table[value] = (byte) function.applyAsInt(value);
      }
      for (int i = channel; i < pixels.length; i += channels) {
        result[i] = table[pixels[i] & 0xff];
      }
    }
    return new Image(image.height(), image.width(), channels, result);
  }

  private static int[] histogram(Image image, int channel) {
    var histogram = new int[256];
    var pixels = image.pixels();
    for (int i = channel; i < pixels.length; i += image.channels()) {
      histogram[pixels[i] & 0xff]++;
    }
    return histogram;
  }

  private static IntUnaryOperator stretch(int[] histogram) {
    int low = 0;
    while (histogram[low] == 0) {
      low++;
    }
    int high = highest(histogram);
    if (high <= low) {
      return IntUnaryOperator.identity();
    }
    double scale = 255.0 / (high - low);
    double offset = -low * scale;
    return value -> (int) Math.max(0, Math.min(255, value * scale + offset));
  }

  private static IntUnaryOperator spread(int[] histogram) {
    int pixels = 0;
    for (int count : histogram) {
      pixels += count;
    }
    int step = (pixels - histogram[highest(histogram)]) / 255;
    if (step == 0) {
      return IntUnaryOperator.identity();
    }
    var table = new int[256];
    int sum = step / 2;
    for (int value = 0; value < 256; value++) {
      table[value] = Math.min(255, sum / step);
      sum += histogram[value];
    }
    return value -> table[value];
  }

  private static int highest(int[] histogram) {
    int value = 255;
    while (histogram[value] == 0) {
      value--;
    }
    return value;
  }
}
