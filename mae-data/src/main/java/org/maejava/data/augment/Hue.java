package org.maejava.data.augment;

import org.maejava.data.image.Image;

/** Colours turned around the circle of hues, through Pillow's 8-bit HSV as torchvision does. */
final class Hue {

  private Hue() {}

  /**
   * A colour image with another hue.
   *
   * @param turn of a full circle, -0.5 to 0.5
   */
  static Image turned(Image image, double turn) {
    int shift = (int) (turn * 255);
    var pixels = image.pixels();
    var result = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i += 3) {
      turn(pixels, result, i, shift);
    }
    return new Image(image.height(), image.width(), 3, result);
  }

  private static void turn(byte[] pixels, byte[] result, int at, int shift) {
    int red = pixels[at] & 0xff;
    int green = pixels[at + 1] & 0xff;
    int blue = pixels[at + 2] & 0xff;
    int max = Math.max(red, Math.max(green, blue));
    int min = Math.min(red, Math.min(green, blue));
    int saturation = max == min ? 0 : (int) ((float) (max - min) / max * 255.0);
    if (saturation == 0) {
      result[at] = (byte) max;
      result[at + 1] = (byte) max;
      result[at + 2] = (byte) max;
    } else {
      int hue = (hue(red, green, blue, max, max - min) + shift) & 0xff;
      write(hue, saturation, max, result, at);
    }
  }

  private static int hue(int red, int green, int blue, int max, float range) {
    float fromRed = (max - red) / range;
    float fromGreen = (max - green) / range;
    float fromBlue = (max - blue) / range;
    float sixth;
    if (red == max) {
      sixth = fromBlue - fromGreen;
    } else if (green == max) {
      sixth = (float) (2.0 + fromRed - fromBlue);
    } else {
      sixth = (float) (4.0 + fromGreen - fromRed);
    }
    float circle = (float) ((sixth / 6.0 + 1.0) % 1.0);
    return (int) (circle * 255.0);
  }

  private static void write(int hue, int saturation, int value, byte[] result, int at) {
    int sixth = (int) (hue * 6.0f / 255.0f);
    float rest = hue * 6.0f / 255.0f - sixth;
    float share = saturation / 255.0f;
    byte high = (byte) value;
    byte low = rounded(value * (1.0 - share));
    byte falling = rounded(value * (1.0 - share * rest));
    byte rising = rounded(value * (1.0 - share * (1.0 - rest)));
    switch (sixth % 6) {
      case 0 -> put(result, at, high, rising, low);
      case 1 -> put(result, at, falling, high, low);
      case 2 -> put(result, at, low, high, rising);
      case 3 -> put(result, at, low, falling, high);
      case 4 -> put(result, at, rising, low, high);
      default -> put(result, at, high, low, falling);
    }
  }

  private static byte rounded(double value) {
    return (byte) (int) (value + 0.5);
  }

  private static void put(byte[] result, int at, byte red, byte green, byte blue) {
    result[at] = red;
    result[at + 1] = green;
    result[at + 2] = blue;
  }
}
