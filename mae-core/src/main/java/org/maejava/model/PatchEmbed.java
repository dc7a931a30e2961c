package org.maejava.model;

import org.maejava.nn.Init;
import org.maejava.nn.Layer;
import org.maejava.nn.Params;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Patches to tokens: {@code [B, K, p·p·C]} → {@code [B, K, D]}. The parameter is the published
 * convolution kernel {@code [D, C, p, p]}; on patch rows in (row, column, channel) order it is a
 * matrix, so any subset of patches can be embedded.
 */
public final class PatchEmbed implements Layer {

  private final PatchGrid grid;
  private final int width;
  private final Operand<TFloat32> kernel;
  private final Operand<TFloat32> bias;

  public PatchEmbed(Params params, PatchGrid grid, int width) {
    this.grid = grid;
    this.width = width;
    var proj = params.at("proj");
    kernel =
        proj.get(
            "weight",
            Init.xavierUniform(),
            width,
            grid.channels(),
            grid.patchHeight(),
            grid.patchWidth());
    bias = proj.get("bias", Init.zeros(), width);
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> patches) {
    int count = (int) patches.shape().get(1);
    var inPatchOrder = tf.linalg.transpose(kernel, tf.constant(new int[] {2, 3, 1, 0}));
    var matrix = tf.reshape(inPatchOrder, tf.constant(new int[] {grid.patchSize(), width}));
    var rows = tf.reshape(patches, tf.constant(new int[] {-1, grid.patchSize()}));
    var tokens = tf.nn.biasAdd(tf.linalg.matMul(rows, matrix), bias);
    return tf.reshape(tokens, tf.constant(new int[] {-1, count, width}));
  }
}
