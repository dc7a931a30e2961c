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
 * The light decoder: latent tokens and mask tokens in, patch values out.
 *
 * <p>It works in shuffled order, visible tokens first: Transformer blocks treat all places alike,
 * so with the positions shuffled too the result is the published one, without a gather on the
 * gradient's way.
 */
public final class Decoder {

  private final int width;
  private final Linear embed;
  private final Operand<TFloat32> maskToken;
  private final Operand<TFloat32> positions;
  private final List<Block> blocks;
  private final LayerNorm norm;
  private final Linear pred;

  public Decoder(Params params, PatchGrid grid, int latentWidth, TransformerConfig config) {
    width = config.getWidth();
    embed = new Linear(params.at("decoder_embed"), latentWidth, width);
    maskToken = params.get("mask_token", Init.normal(0.02), 1, 1, width);
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
            config.getMlpRatio());
    norm = new LayerNorm(params.at("decoder_norm"), width);
    pred = new Linear(params.at("decoder_pred"), width, grid.patchSize());
  }

  /**
   * Latent {@code [B, 1 + K, D]} → the hidden patches {@code [B, L − K, p·p·C]}, shuffled order.
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> latent, Masking masking) {
    return predict(
        tf, decode(tf, latent, masking), 1 + masking.visibleCount(), masking.hiddenCount());
  }

  /**
   * Latent {@code [B, 1 + K, D]} → all patches {@code [B, L, p·p·C]} in image order, for pictures.
   */
  public Operand<TFloat32> applyToAll(Ops tf, Operand<TFloat32> latent, Masking masking) {
    return masking.unshuffle(tf, predict(tf, decode(tf, latent, masking), 1, masking.count()));
  }

  /** {@code [B, 1 + L, decoder width]}. */
  private Operand<TFloat32> decode(Ops tf, Operand<TFloat32> latent, Masking masking) {
    var seen = embed.apply(tf, latent);
    var unseen = Tokens.repeat(tf, maskToken, masking.hiddenCount(), latent);
    var tokens = tf.concat(List.of(seen, unseen), tf.constant(1));

    var x = tf.math.add(tokens, shuffledPositions(tf, masking));
    Operand<TFloat32> decoded = x;
    for (var block : blocks) {
      decoded = block.apply(tf, decoded);
    }
    return decoded;
  }

  private Operand<TFloat32> predict(Ops tf, Operand<TFloat32> decoded, int from, int count) {
    return pred.apply(tf, norm.apply(tf, Tokens.slice(tf, decoded, from, count)));
  }

  /** Positions of class token and patches in shuffled order, {@code [B, 1 + L, decoder width]}. */
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
