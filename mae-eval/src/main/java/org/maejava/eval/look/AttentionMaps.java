package org.maejava.eval.look;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.maejava.eval.picture.Heat;
import org.maejava.eval.picture.Pictures;
import org.maejava.model.PatchGrid;

/** What the class token looks at: an image, its heads' mean, and the first heads. */
final class AttentionMaps {

  private static final int HEADS = 4;

  private AttentionMaps() {}

  /**
   * A row: the image, the mean over all heads, the first heads one by one.
   *
   * @param pixels of the image, {@code [H, W, C]} in [0, 1]
   * @param attention {@code [heads][L]}
   */
  static BufferedImage row(float[][][] pixels, float[][] attention, PatchGrid grid) {
    var maps = new ArrayList<float[][][]>();
    maps.add(coloured(pixels));
    maps.add(map(mean(attention), grid));
    for (int head = 0; head < Math.min(HEADS, attention.length); head++) {
      maps.add(map(attention[head], grid));
    }
    return Pictures.row(maps);
  }

  /** What stands beside each other in a row. */
  static List<String> columns(int heads) {
    var names = new ArrayList<>(List.of("image", "mean of all %d heads".formatted(heads)));
    for (int head = 1; head <= Math.min(HEADS, heads); head++) {
      names.add("head " + head);
    }
    return names;
  }

  private static float[] mean(float[][] attention) {
    var mean = new float[attention[0].length];
    for (float[] head : attention) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += head[i] / attention.length;
      }
    }
    return mean;
  }

  /** From nothing to the map's own largest value. */
  private static float[][][] map(float[] attention, PatchGrid grid) {
    float largest = 1e-12f;
    for (float value : attention) {
      largest = Math.max(largest, value);
    }
    var pixels = new float[grid.height()][grid.width()][];
    for (int y = 0; y < grid.height(); y++) {
      for (int x = 0; x < grid.width(); x++) {
        int patch = y / grid.patchHeight() * grid.columns() + x / grid.patchWidth();
        pixels[y][x] = Heat.colour(attention[patch] / largest);
      }
    }
    return pixels;
  }

  /** Three channels, as the maps have. */
  private static float[][][] coloured(float[][][] pixels) {
    if (pixels[0][0].length == 3) {
      return pixels;
    }
    var coloured = new float[pixels.length][pixels[0].length][];
    for (int y = 0; y < pixels.length; y++) {
      for (int x = 0; x < pixels[y].length; x++) {
        float grey = pixels[y][x][0];
        coloured[y][x] = new float[] {grey, grey, grey};
      }
    }
    return coloured;
  }
}
