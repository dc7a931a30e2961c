package org.maejava.eval.picture;

import org.maejava.proto.DataConfig;
import org.tensorflow.types.TFloat32;

/**
 * Images as the network sees them, for people.
 *
 * @param data whose mean and deviation they were normalised by
 */
record ShownImages(DataConfig data) {

  /** One image of a batch {@code [B, H, W, C]}, {@code [H][W][C]} within [0, 1]. */
  float[][][] shown(TFloat32 images, int image) {
    return shown(values(images, image));
  }

  /** The same of values that the network computes with, {@code [H][W][C]}. */
  float[][][] shown(float[][][] values) {
    var pixels = new float[values.length][values[0].length][values[0][0].length];
    for (int y = 0; y < pixels.length; y++) {
      for (int x = 0; x < pixels[y].length; x++) {
        for (int c = 0; c < pixels[y][x].length; c++) {
          double value = values[y][x][c] * data.getStd(c) + data.getMean(c);
          pixels[y][x][c] = (float) Math.max(0, Math.min(1, value));
        }
      }
    }
    return pixels;
  }

  /** One image of a batch {@code [B, H, W, C]} as the network has it, {@code [H][W][C]}. */
  static float[][][] values(TFloat32 images, int image) {
    int height = (int) images.shape().get(1);
    int width = (int) images.shape().get(2);
    int channels = (int) images.shape().get(3);
    var values = new float[height][width][channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          values[y][x][c] = images.getFloat(image, y, x, c);
        }
      }
    }
    return values;
  }
}
