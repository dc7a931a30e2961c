package org.maejava.data.image;

/** Between grey and colour, and without alpha, as Pillow converts. */
public final class Channels {

  private Channels() {}

  /**
   * An image of the wanted channels from pixels of any number of them. Two channels are grey and
   * alpha, four are colour and alpha, which is left out. Grey is the luma of ITU-R 601-2 in
   * Pillow's fixed-point arithmetic.
   */
  public static Image convert(int height, int width, int from, byte[] pixels, int to) {
    return convert(height, width, from, pixels, to, new Alpha.Dropped());
  }

  /** As above, with alpha, where there is one, as asked for. */
  static Image convert(int height, int width, int from, byte[] pixels, int to, Alpha alpha) {
    if (from == to) {
      return new Image(height, width, to, pixels);
    }
    if (alpha instanceof Alpha.On colour && from % 2 == 0) {
      compose(pixels, from, colour);
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

  /** In place: each level's share by alpha, the background's by the rest, rounded. */
  private static void compose(byte[] pixels, int channels, Alpha.On colour) {
    int grey =
        luma(new byte[] {(byte) colour.red(), (byte) colour.green(), (byte) colour.blue()}, 0);
    int[] background =
        channels == 2
            ? new int[] {grey & 0xff}
            : new int[] {colour.red(), colour.green(), colour.blue()};
    for (int i = 0; i < pixels.length; i += channels) {
      int alpha = pixels[i + channels - 1] & 0xff;
      for (int c = 0; c < channels - 1; c++) {
        int sum = (pixels[i + c] & 0xff) * alpha + background[c] * (255 - alpha);
        pixels[i + c] = (byte) ((sum + 127) / 255);
      }
    }
  }

  private static byte luma(byte[] pixels, int at) {
    int red = pixels[at] & 0xff;
    int green = pixels[at + 1] & 0xff;
    int blue = pixels[at + 2] & 0xff;
    return (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
  }
}
