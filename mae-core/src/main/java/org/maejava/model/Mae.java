package org.maejava.model;

import java.util.List;
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
  private final boolean encodesMaskTokens;
  private final boolean lossOnAll;
  private final Encoder encoder;
  private final LayerNorm norm;
  private final MaskToken maskToken;
  private final Decoder decoder;
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
   * @param images hidden patches as predicted, visible ones as given, {@code [B, H, W, C]}
   */
  public record Reconstruction(
      Operand<TFloat32> mask, Operand<TFloat32> prediction, Operand<TFloat32> images) {}

  public Mae(Params params, ModelConfig config) {
    grid = PatchGrid.of(config);
    visibleCount = grid.visibleCount(config.getMaskRatio());
    encodesMaskTokens = config.hasEncoderMaskTokens();
    lossOnAll = config.hasLossOnAllPatches();
    int width = config.getEncoder().getWidth();
    encoder = new Encoder(params, grid, config.getEncoder());
    norm = new LayerNorm(params.at("norm"), width);
    target = Target.of(params, config);
    maskToken = new MaskToken(params, encodesMaskTokens ? width : config.getDecoder().getWidth());
    decoder = new Decoder(params, grid, width, config.getDecoder(), target.size());
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
    var decoded = decode(tf, latent, masking); // [B, 1 + L, W]
    var judged = lossOnAll ? masking.shuffled(tf, patches) : masking.hidden(tf, patches);
    var prediction =
        lossOnAll
            ? decoder.predictAll(tf, decoded, masking)
            : decoder.predictHidden(tf, decoded, masking);
    return new Output(masking, latent, prediction, target.loss(tf, judged, prediction));
  }

  /** The hidden patches rebuilt; inputs as for {@link #apply}. */
  public Reconstruction reconstruct(Ops tf, Operand<TFloat32> images, Operand<TFloat32> noise) {
    var patches = grid.patchify(tf, images);
    var masking = Masking.lowest(tf, noise, grid.count(), visibleCount);
    var decoded = decode(tf, encode(tf, patches, masking), masking);
    var prediction = masking.unshuffle(tf, decoder.predictAll(tf, decoded, masking));

    var mask = masking.mask(tf);
    var hidden = tf.expandDims(mask, tf.constant(-1));
    var visible = tf.math.sub(tf.constant(1f), hidden);
    var rebuilt =
        tf.math.add(
            tf.math.mul(hidden, target.toPatches(tf, prediction, patches)),
            tf.math.mul(visible, patches));
    return new Reconstruction(mask, prediction, grid.unpatchify(tf, rebuilt));
  }

  /** All patches seen, nothing hidden: images → class token and tokens {@code [B, 1 + L, D]}. */
  public Operand<TFloat32> encode(Ops tf, Operand<TFloat32> images) {
    var tokens = encoder.embed(tf, grid.patchify(tf, images));
    return norm.apply(tf, encoder.apply(tf, tokens));
  }

  /** Only what is visible is embedded and encoded: the paper's saving. */
  private Operand<TFloat32> encode(Ops tf, Operand<TFloat32> patches, Masking masking) {
    var tokens = encoder.embed(tf, masking.visible(tf, patches), masking.visibleIndices(tf));
    if (encodesMaskTokens) {
      var ofHidden = maskToken.forHidden(tf, masking, tokens);
      var placed = encoder.place(tf, ofHidden, masking.hiddenIndices(tf));
      tokens = tf.concat(List.of(tokens, placed), tf.constant(1));
    }
    return norm.apply(tf, encoder.apply(tf, tokens));
  }

  /** Latent tokens, and mask tokens if the encoder had none, through the decoder's blocks. */
  private Operand<TFloat32> decode(Ops tf, Operand<TFloat32> latent, Masking masking) {
    var tokens = decoder.embed(tf, latent);
    return decoder.apply(
        tf, encodesMaskTokens ? tokens : maskToken.append(tf, tokens, masking), masking);
  }
}
