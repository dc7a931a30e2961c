package org.maejava.savedmodel;

import java.util.ArrayList;
import java.util.List;
import org.maejava.proto.DataConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * From pixel values in [0, 1] to what the network sees, and back: {@code (x − mean) / std} for each
 * channel.
 */
public final class PixelNormalisation {

  private final float[] mean;
  private final float[] std;

  private PixelNormalisation(float[] mean, float[] std) {
    this.mean = mean;
    this.std = std;
  }

  /**
   * The normalisation of a recipe.
   *
   * @throws IllegalArgumentException naming everything that does not fit
   */
  public static PixelNormalisation of(DataConfig data, int channels) {
    var problems = new ArrayList<String>();
    for (var entry : List.of(data.getMeanList(), data.getStdList())) {
      var name = entry == data.getMeanList() ? "data.mean" : "data.std";
      if (entry.size() != channels) {
        problems.add(
            "%s has %d values; model.image.channels is %d".formatted(name, entry.size(), channels));
      }
      if (!entry.stream().allMatch(Double::isFinite)) {
        problems.add("%s %s is not finite".formatted(name, entry));
      }
    }
    if (data.getStdList().stream().anyMatch(std -> std <= 0)) {
      problems.add("data.std %s must be above 0".formatted(data.getStdList()));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new PixelNormalisation(floats(data.getMeanList()), floats(data.getStdList()));
  }

  /** Pixel values {@code [B, H, W, C]} → network input, same shape. */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> pixels) {
    return tf.math.div(tf.math.sub(pixels, tf.constant(mean)), tf.constant(std));
  }

  /** Network input {@code [B, H, W, C]} → pixel values, same shape; not clipped. */
  Operand<TFloat32> undo(Ops tf, Operand<TFloat32> images) {
    return tf.math.add(tf.math.mul(images, tf.constant(std)), tf.constant(mean));
  }

  private static float[] floats(List<Double> values) {
    var floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }
}
