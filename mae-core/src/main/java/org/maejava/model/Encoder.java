package org.maejava.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.maejava.nn.Block;
import org.maejava.nn.DropPath;
import org.maejava.nn.Init;
import org.maejava.nn.Layer;
import org.maejava.nn.Params;
import org.maejava.proto.TransformerConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A Vision Transformer over any subset of an image's patches. It knows nothing of masking, so the
 * classifier shares it. The last norm is not in here: average pooling replaces it.
 */
final class Encoder {

  /**
   * Tokens that the last block makes where one is read. With fewer rows for an image, kernels sum
   * in another order, by the number of images: the class token's bits are to be those that it has
   * among all tokens.
   */
  private static final int FIRST = 16;

  private final PatchGrid grid;
  private final int width;
  private final PatchEmbed patchEmbed;
  private final Operand<TFloat32> classToken;
  private final Operand<TFloat32> positions;
  private final List<Block> blocks;

  Encoder(Params params, PatchGrid grid, TransformerConfig config) {
    this.grid = grid;
    width = config.getWidth();
    classToken = params.get("cls_token", Init.normal(0.02), 1, 1, width);
    positions =
        params.get(
            "pos_embed", Init.table(PositionTable.sinCos(grid, width)), 1, 1 + grid.count(), width);
    patchEmbed = new PatchEmbed(params.at("patch_embed"), grid, width);
    blocks =
        Block.stack(
            params.at("blocks"),
            config.getDepth(),
            width,
            config.getHeads(),
            config.getMlpRatio(),
            NormEpsilon.of(config));
  }

  /** All patches {@code [B, L, p·p·C]} → tokens with their positions {@code [B, L, D]}. */
  Operand<TFloat32> embed(Ops tf, Operand<TFloat32> patches) {
    return tf.math.add(patchEmbed.apply(tf, patches), positionRows(tf, 1, grid.count()));
  }

  /**
   * Some patches {@code [B, K, p·p·C]}, whose place in the image the indices {@code [B, K]} tell →
   * tokens with their positions {@code [B, K, D]}.
   */
  Operand<TFloat32> embed(Ops tf, Operand<TFloat32> patches, Operand<TInt32> indices) {
    return place(tf, patchEmbed.apply(tf, patches), indices);
  }

  /**
   * Tokens {@code [B, K, D]} plus the positions of the patches with these indices {@code [B, K]}.
   */
  Operand<TFloat32> place(Ops tf, Operand<TFloat32> tokens, Operand<TInt32> indices) {
    var table =
        tf.reshape(positionRows(tf, 1, grid.count()), tf.constant(new int[] {grid.count(), width}));
    return tf.math.add(tokens, tf.gather(table, indices, tf.constant(0)));
  }

  /**
   * Tokens {@code [B, K, D]} → class token and tokens {@code [B, 1 + K, D]}, before the last norm.
   */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> tokens) {
    return apply(tf, tokens, noDrops());
  }

  /**
   * As {@link #apply(Ops, Operand)}, with branches skipped.
   *
   * @param drops two for each block, attention and MLP
   */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> tokens, List<? extends Layer> drops) {
    var x = beforeLast(tf, tokens, drops);
    return last().apply(tf, x, drops.get(drops.size() - 2), drops.get(drops.size() - 1));
  }

  /**
   * The first tokens of what {@link #apply(Ops, Operand, List)} gives, {@code [B, n, D]}: for who
   * reads the class token alone.
   */
  Operand<TFloat32> firstTokens(Ops tf, Operand<TFloat32> tokens, List<? extends Layer> drops) {
    return firstOfLast(tf, beforeLast(tf, tokens, drops), drops);
  }

  /** As {@link #apply(Ops, Operand)}, with what the class token looks at in the last block. */
  Encoded applyWithAttention(Ops tf, Operand<TFloat32> tokens) {
    var x = beforeLast(tf, tokens, noDrops());
    return new Encoded(
        last().apply(tf, x), firstOfLast(tf, x, noDrops()), last().attentionOfFirstToken(tf, x));
  }

  private Operand<TFloat32> beforeLast(
      Ops tf, Operand<TFloat32> tokens, List<? extends Layer> drops) {
    var x = prependClassToken(tf, tokens);
    for (int i = 0; i < blocks.size() - 1; i++) {
      x = blocks.get(i).apply(tf, x, drops.get(2 * i), drops.get(2 * i + 1));
    }
    return x;
  }

  private Operand<TFloat32> firstOfLast(Ops tf, Operand<TFloat32> x, List<? extends Layer> drops) {
    int count = Math.min(FIRST, (int) x.shape().get(1));
    return last()
        .applyTo(tf, x, 0, count, drops.get(drops.size() - 2), drops.get(drops.size() - 1));
  }

  private Block last() {
    return blocks.get(blocks.size() - 1);
  }

  /** No branch is skipped. */
  List<Layer> noDrops() {
    return Collections.nCopies(2 * blocks.size(), DropPath.NONE);
  }

  /**
   * Drop paths whose probability grows linearly from 0 at the first block to {@code rate} at the
   * last.
   *
   * @param noise uniform in [0, 1), {@code [B, 2 · depth]}
   */
  List<Layer> dropPaths(Ops tf, double rate, Operand<TFloat32> noise) {
    var perBranch = tf.unstack(noise, 2L * blocks.size(), Unstack.axis(1L));
    var drops = new ArrayList<Layer>();
    for (int branch = 0; branch < 2 * blocks.size(); branch++) {
      int block = branch / 2;
      double probability = rate * block / Math.max(1, blocks.size() - 1);
      drops.add(
          probability == 0
              ? DropPath.NONE
              : new DropPath(probability, perBranch.output().get(branch)));
    }
    return drops;
  }

  private Operand<TFloat32> prependClassToken(Ops tf, Operand<TFloat32> tokens) {
    var withPosition = tf.math.add(classToken, positionRows(tf, 0, 1));
    return tf.concat(List.of(Tokens.repeat(tf, withPosition, 1, tokens), tokens), tf.constant(1));
  }

  private Operand<TFloat32> positionRows(Ops tf, int from, int count) {
    return Tokens.slice(tf, positions, from, count);
  }
}
