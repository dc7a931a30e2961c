package org.maejava.model;

import java.util.List;
import org.maejava.nn.Init;
import org.maejava.nn.Params;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The one learned token that stands for every hidden patch: in the decoder, or, in the ablation of
 * Table 1(c), already in the encoder.
 */
final class MaskToken {

  private final Operand<TFloat32> token;

  /** A token {@code [1, 1, width]}. */
  MaskToken(Params params, int width) {
    token = params.get("mask_token", Init.normal(0.02), 1, 1, width);
  }

  /** One for each hidden patch of each image of {@code like}: {@code [B, L − K, width]}. */
  Operand<TFloat32> forHidden(Ops tf, Masking masking, Operand<TFloat32> like) {
    return Tokens.repeat(tf, token, masking.hiddenCount(), like);
  }

  /** Tokens {@code [B, T, width]} with those of the hidden patches behind them. */
  Operand<TFloat32> append(Ops tf, Operand<TFloat32> seen, Masking masking) {
    return tf.concat(List.of(seen, forHidden(tf, masking, seen)), tf.constant(1));
  }
}
