package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * Bytes to the network's numbers, {@code (v / 255 − mean) / std} for each channel, in the float
 * arithmetic of torchvision's {@code ToTensor} and {@code Normalize}.
 */
public final class ByteNormalizer {

  private final float[][] values;

  /**
   * @param mean for each channel, of values in [0, 1]
   * @param std for each channel, positive
   */
  public ByteNormalizer(List<Double> mean, List<Double> std) {
    checkArgument(mean.size() == std.size(), "%s means, %s deviations", mean.size(), std.size());
    values = new float[mean.size()][256];
    for (int channel = 0; channel < values.length; channel++) {
      checkArgument(std.get(channel) > 0, "deviation %s; it must be positive", std.get(channel));
      for (int value = 0; value < 256; value++) {
        values[channel][value] =
            (value / 255f - mean.get(channel).floatValue()) / std.get(channel).floatValue();
      }
    }
  }

  /** The image's values, {@code [H, W, C]} row by row. */
  public float[] apply(Image image) {
    var pixels = image.pixels();
    var result = new float[pixels.length];
    if (image.channels() == 1) {
      var grey = values[0];
      for (int i = 0; i < result.length; i++) {
        result[i] = grey[pixels[i] & 0xff];
      }
      return result;
    }
    var red = values[0];
    var green = values[1];
    var blue = values[2];
    for (int i = 0; i < result.length; i += 3) {
      result[i] = red[pixels[i] & 0xff];
      result[i + 1] = green[pixels[i + 1] & 0xff];
      result[i + 2] = blue[pixels[i + 2] & 0xff];
    }
    return result;
  }
}
