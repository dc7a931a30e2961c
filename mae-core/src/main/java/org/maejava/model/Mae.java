package org.maejava.model;

import org.maejava.nn.LayerNorm;
import org.maejava.nn.Params;
import org.maejava.proto.ModelConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The masked autoencoder (He et al., 2021, section 3): hide most patches, encode the visible ones,
 * rebuild the hidden ones.
 */
public final class Mae {

  private final PatchGrid grid;
  private final int visibleCount;
  private final Encoder encoder;
  private final LayerNorm norm;
  private final MaskTokens maskTokens;
  private final Decoder decoder;
  private final JudgedPatches judged;
  private final Target target;

  /**
   * What training needs.
   *
   * @param masking which patches were visible
   * @param latent class token and visible tokens, {@code [B, 1 + K, D]}; with mask tokens in the
   *     encoder all tokens, {@code [B, 1 + L, D]}
   * @param prediction for the patches that the loss is taken on, {@code [B, L − K, t]} or {@code
   *     [B, L, t]}, in shuffled order
   * @param loss mean squared error over those patches, a scalar
   */
  public record Output(
      Masking masking,
      Operand<TFloat32> latent,
      Operand<TFloat32> prediction,
      Operand<TFloat32> loss) {}

  /**
   * What pictures need, in image order.
   *
   * @param mask 1 for hidden, 0 for visible, {@code [B, L]}
   * @param prediction for all patches, {@code [B, L, t]}; unless the loss is taken on all, it never
   *     saw the visible ones
   * @param predicted all patches as predicted, {@code [B, H, W, C]}
   * @param images hidden patches as predicted, visible ones as given, {@code [B, H, W, C]}
   */
  public record Reconstruction(
      Operand<TFloat32> mask,
      Operand<TFloat32> prediction,
      Operand<TFloat32> predicted,
      Operand<TFloat32> images) {}

  public Mae(Params params, ModelConfig config) {
    grid = PatchGrid.of(config);
    visibleCount = grid.visibleCount(config.getMaskRatio());
    int width = config.getEncoder().getWidth();
    encoder = new Encoder(params, grid, config.getEncoder());
    norm = new LayerNorm(params.at("norm"), width, NormEpsilon.of(config.getEncoder()));
    target = Target.of(params, config);
    maskTokens = MaskTokens.of(params, config, encoder);
    decoder = new Decoder(params, grid, width, config.getDecoder(), target.size());
    judged = JudgedPatches.of(config);
  }

  /**
   * The loss.
   *
   * @param images {@code [B, H, W, C]}, normalised
   * @param noise {@code [B, L]}; the patches with the smallest stay visible
   */
  public Output apply(Ops tf, Operand<TFloat32> images, Operand<TFloat32> noise) {
    var patches = grid.patchify(tf, images); // [B, L, p·p·C]
    var masking = Masking.lowest(tf, noise, grid.count(), visibleCount);
    var latent = encode(tf, patches, masking); // [B, 1 + K, D]
    var tokens = decoderTokens(tf, latent, masking); // [B, 1 + L, W]
    var prediction = judged.predict(tf, decoder, tokens, masking); // [B, L − K, t]
    var loss = target.loss(tf, judged.of(tf, patches, masking), prediction);
    return new Output(masking, latent, prediction, loss);
  }

  /**
   * The hidden patches rebuilt; inputs as for {@link #apply}. What the network does not predict of
   * them, mean and deviation of normalised pixels, comes from visible patches near by.
   */
  public Reconstruction reconstruct(Ops tf, Operand<TFloat32> images, Operand<TFloat32> noise) {
    return reconstruct(tf, images, noise, PatchStatistics.Source.VISIBLE);
  }

  /**
   * As {@link #reconstruct(Ops, Operand, Operand)}, with a choice.
   *
   * @param source of hidden patches' mean and deviation, for the target of normalised pixels
   */
  public Reconstruction reconstruct(
      Ops tf, Operand<TFloat32> images, Operand<TFloat32> noise, PatchStatistics.Source source) {
    var patches = grid.patchify(tf, images);
    var masking = Masking.lowest(tf, noise, grid.count(), visibleCount);
    var tokens = decoderTokens(tf, encode(tf, patches, masking), masking);
    var prediction = masking.unshuffle(tf, decoder.predictAll(tf, tokens, masking));

    var mask = masking.mask(tf);
    var own = PatchStatistics.of(tf, patches, grid.patchSize());
    var statistics =
        switch (source) {
          case TRUTH -> own;
          case VISIBLE -> own.withHiddenFromVisible(tf, mask, grid);
        };
    var predicted = target.toPatches(tf, prediction, statistics);
    var hidden = tf.expandDims(mask, tf.constant(-1));
    var visible = tf.math.sub(tf.constant(1f), hidden);
    var rebuilt = tf.math.add(tf.math.mul(hidden, predicted), tf.math.mul(visible, patches));
    return new Reconstruction(
        mask, prediction, grid.unpatchify(tf, predicted), grid.unpatchify(tf, rebuilt));
  }

  /** All patches seen, nothing hidden; the tokens are those after the last norm. */
  public Encoded encode(Ops tf, Operand<TFloat32> images) {
    var tokens = encoder.embed(tf, grid.patchify(tf, images));
    var encoded = encoder.applyWithAttention(tf, tokens);
    return encoded.normalised(tf, norm);
  }

  /** Only what is visible is embedded and encoded: the paper's saving. */
  private Operand<TFloat32> encode(Ops tf, Operand<TFloat32> patches, Masking masking) {
    var visible = encoder.embed(tf, masking.visible(tf, patches), masking.visibleIndices(tf));
    var tokens = maskTokens.beforeEncoder(tf, visible, masking);
    return norm.apply(tf, encoder.apply(tf, tokens));
  }

  /** Latent and mask tokens, as the decoder reads them. */
  private Operand<TFloat32> decoderTokens(Ops tf, Operand<TFloat32> latent, Masking masking) {
    return maskTokens.beforeDecoder(tf, decoder.embed(tf, latent), masking);
  }
}
