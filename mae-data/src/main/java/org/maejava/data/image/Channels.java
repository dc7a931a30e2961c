package org.maejava.data.image;

import org.maejava.data.Image;

/** Between grey and colour, and without alpha, as Pillow converts. */
public final class Channels {

  private Channels() {}

  /**
   * An image of the wanted channels from pixels of any number of them. Two channels are grey and
   * alpha, four are colour and alpha; alpha is left out, not composited. Grey is the luma of ITU-R
   * 601-2 in Pillow's fixed-point arithmetic.
   */
  public static Image convert(int height, int width, int from, byte[] pixels, int to) {
    if (from == to) {
      return new Image(height, width, to, pixels);
    }
    boolean grey = from <= 2;
    var result = new byte[height * width * to];
    for (int in = 0, out = 0; out < result.length; in += from, out += to) {
      if (to == 1) {
        result[out] = grey ? pixels[in] : luma(pixels, in);
      } else {
        result[out] = pixels[in];
        result[out + 1] = pixels[grey ? in : in + 1];
        result[out + 2] = pixels[grey ? in : in + 2];
      }
    }
    return new Image(height, width, to, result);
  }

  private static byte luma(byte[] pixels, int at) {
    int red = pixels[at] & 0xff;
    int green = pixels[at + 1] & 0xff;
    int blue = pixels[at + 2] & 0xff;
    return (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
  }
}
