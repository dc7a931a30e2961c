package org.maejava.model;

import static com.google.common.base.Preconditions.checkArgument;

import org.maejava.proto.ModelConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * How an image is cut into patches: the grid is row-major, and a patch's values run (row, column,
 * channel), as in the published {@code patchify}.
 *
 * @param rows patches down
 * @param columns patches across
 * @param patchHeight pixels
 * @param patchWidth pixels
 * @param channels of the image
 */
public record PatchGrid(int rows, int columns, int patchHeight, int patchWidth, int channels) {

  public PatchGrid {
    checkArgument(
        rows > 0 && columns > 0 && patchHeight > 0 && patchWidth > 0 && channels > 0,
        "grid %s x %s of patches %s x %s x %s must be positive",
        rows,
        columns,
        patchHeight,
        patchWidth,
        channels);
  }

  /** The grid of a checked configuration. */
  public static PatchGrid of(ModelConfig model) {
    var image = model.getImage();
    var patch = model.getPatch();
    return new PatchGrid(
        image.getHeight() / patch.getHeight(),
        image.getWidth() / patch.getWidth(),
        patch.getHeight(),
        patch.getWidth(),
        image.getChannels());
  }

  /** Patches in an image, the paper's L. */
  public int count() {
    return rows * columns;
  }

  /** Values in a patch: height · width · channels. */
  public int patchSize() {
    return patchHeight * patchWidth * channels;
  }

  /** Image height in pixels. */
  public int height() {
    return rows * patchHeight;
  }

  /** Image width in pixels. */
  public int width() {
    return columns * patchWidth;
  }

  /**
   * How many of this grid's patches stay visible at a mask ratio.
   *
   * @throws IllegalArgumentException if no patch would stay visible, or the ratio is below 0
   */
  public int visibleCount(double maskRatio) {
    int keep = visibleCount(count(), maskRatio);
    checkArgument(
        keep > 0 && keep <= count(),
        "mask ratio %s leaves %s of %s patches visible; it must be from 0 to below 1 and leave one",
        maskRatio,
        keep,
        count());
    return keep;
  }

  /**
   * How many of {@code count} patches stay visible: {@code (int) (count · (1 − ratio))} in double
   * arithmetic, rounding error included, as published (50 patches at 0.8 keep 9).
   */
  public static int visibleCount(int count, double maskRatio) {
    return (int) (count * (1 - maskRatio));
  }

  /** Images {@code [B, H, W, C]} → patches {@code [B, L, p·p·C]}. */
  public Operand<TFloat32> patchify(Ops tf, Operand<TFloat32> images) {
    var split =
        tf.reshape(
            images, tf.constant(new int[] {-1, rows, patchHeight, columns, patchWidth, channels}));
    var patches = tf.linalg.transpose(split, tf.constant(new int[] {0, 1, 3, 2, 4, 5}));
    return tf.reshape(patches, tf.constant(new int[] {-1, count(), patchSize()}));
  }

  /** Patches {@code [B, L, p·p·C]} → images {@code [B, H, W, C]}. */
  Operand<TFloat32> unpatchify(Ops tf, Operand<TFloat32> patches) {
    var split =
        tf.reshape(
            patches, tf.constant(new int[] {-1, rows, columns, patchHeight, patchWidth, channels}));
    var rowsOfPixels = tf.linalg.transpose(split, tf.constant(new int[] {0, 1, 3, 2, 4, 5}));
    return tf.reshape(rowsOfPixels, tf.constant(new int[] {-1, height(), width(), channels}));
  }
}
