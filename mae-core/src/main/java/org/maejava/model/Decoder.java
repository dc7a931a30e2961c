package org.maejava.model;

import java.util.List;
import org.maejava.nn.Block;
import org.maejava.nn.Init;
import org.maejava.nn.LayerNorm;
import org.maejava.nn.Linear;
import org.maejava.nn.Params;
import org.maejava.proto.TransformerConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The light decoder: a token for each patch in, what is predicted for it out.
 *
 * <p>It works in shuffled order, visible tokens first: Transformer blocks treat all places alike,
 * so with the positions shuffled too the result is the published one, without a gather on the
 * gradient's way.
 */
final class Decoder {

  private final int width;
  private final Linear embed;
  private final Operand<TFloat32> positions;
  private final List<Block> blocks;
  private final LayerNorm norm;
  private final Linear pred;

  /**
   * Makes the parameters.
   *
   * @param latentWidth the encoder's width
   * @param targetSize values that are predicted for a patch
   */
  Decoder(
      Params params, PatchGrid grid, int latentWidth, TransformerConfig config, int targetSize) {
    width = config.getWidth();
    embed = new Linear(params.at("decoder_embed"), latentWidth, width);
    positions =
        params.get(
            "decoder_pos_embed",
            Init.table(PositionTable.sinCos(grid, width)),
            1,
            1 + grid.count(),
            width);
    blocks =
        Block.stack(
            params.at("decoder_blocks"),
            config.getDepth(),
            width,
            config.getHeads(),
            config.getMlpRatio(),
            NormEpsilon.of(config));
    norm = new LayerNorm(params.at("decoder_norm"), width, NormEpsilon.of(config));
    pred = new Linear(params.at("decoder_pred"), width, targetSize);
  }

  /** Latent {@code [B, T, D]} → tokens of the decoder's width {@code [B, T, W]}. */
  Operand<TFloat32> embed(Ops tf, Operand<TFloat32> latent) {
    return embed.apply(tf, latent);
  }

  /**
   * Class token and a token for each patch, {@code [B, 1 + L, W]} in shuffled order → predictions
   * for the hidden patches {@code [B, L − K, t]}.
   */
  Operand<TFloat32> predictHidden(Ops tf, Operand<TFloat32> tokens, Masking masking) {
    return predict(tf, tokens, masking, 1 + masking.visibleCount(), masking.hiddenCount());
  }

  /** As {@link #predictHidden}, for all patches {@code [B, L, t]}. */
  Operand<TFloat32> predictAll(Ops tf, Operand<TFloat32> tokens, Masking masking) {
    return predict(tf, tokens, masking, 1, masking.count());
  }

  private Operand<TFloat32> predict(
      Ops tf, Operand<TFloat32> tokens, Masking masking, int from, int count) {
    Operand<TFloat32> decoded = tf.math.add(tokens, shuffledPositions(tf, masking));
    for (var block : blocks.subList(0, blocks.size() - 1)) {
      decoded = block.apply(tf, decoded);
    }
    var last = blocks.get(blocks.size() - 1);
    var read = last.applyTo(tf, decoded, from, count);
    return pred.apply(tf, norm.apply(tf, read));
  }

  /** Positions of class token and patches in shuffled order, {@code [B, 1 + L, W]}. */
  private Operand<TFloat32> shuffledPositions(Ops tf, Masking masking) {
    var table = tf.reshape(positions, tf.constant(new int[] {1 + masking.count(), width}));
    var ofPatches = tf.math.add(masking.shuffle(), tf.constant(1));
    var ofClass =
        tf.math.mul(
            tf.slice(ofPatches, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, 1})),
            tf.constant(0));
    var rows = tf.concat(List.of(ofClass, ofPatches), tf.constant(1));
    return tf.gather(table, rows, tf.constant(0));
  }
}
