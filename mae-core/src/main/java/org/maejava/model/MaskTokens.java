package org.maejava.model;

import java.util.List;
import org.maejava.nn.Init;
import org.maejava.nn.Params;
import org.maejava.proto.ModelConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Where the one learned token that stands for every hidden patch comes in: behind the encoder, as
 * the paper has it, or before, which is the ablation of Table 1(c).
 */
sealed interface MaskTokens {

  /**
   * What the encoder reads.
   *
   * @param visible tokens of the visible patches with their positions, {@code [B, K, D]}
   * @return {@code [B, K, D]}, or {@code [B, L, D]} in shuffled order
   */
  Operand<TFloat32> beforeEncoder(Ops tf, Operand<TFloat32> visible, Masking masking);

  /**
   * What the decoder reads.
   *
   * @param embedded class token and encoded tokens in the decoder's width, {@code [B, 1 + K, W]} or
   *     {@code [B, 1 + L, W]}
   * @return {@code [B, 1 + L, W]}, in shuffled order
   */
  Operand<TFloat32> beforeDecoder(Ops tf, Operand<TFloat32> embedded, Masking masking);

  /** What a checked configuration asks for; the token is made in {@code params}. */
  static MaskTokens of(Params params, ModelConfig model, Encoder encoder) {
    return model.hasEncoderMaskTokens()
        ? new InEncoder(token(params, model.getEncoder().getWidth()), encoder)
        : new InDecoder(token(params, model.getDecoder().getWidth()));
  }

  /** {@code [1, 1, width]}. */
  private static Operand<TFloat32> token(Params params, int width) {
    return params.get("mask_token", Init.normal(0.02), 1, 1, width);
  }

  /** The encoder sees visible patches only. */
  record InDecoder(Operand<TFloat32> token) implements MaskTokens {
    @Override
    public Operand<TFloat32> beforeEncoder(Ops tf, Operand<TFloat32> visible, Masking masking) {
      return visible;
    }

    @Override
    public Operand<TFloat32> beforeDecoder(Ops tf, Operand<TFloat32> embedded, Masking masking) {
      var hidden = Tokens.repeat(tf, token, masking.hiddenCount(), embedded);
      return tf.concat(List.of(embedded, hidden), tf.constant(1));
    }
  }

  /** The encoder sees the token in the place of every hidden patch. */
  record InEncoder(Operand<TFloat32> token, Encoder encoder) implements MaskTokens {
    @Override
    public Operand<TFloat32> beforeEncoder(Ops tf, Operand<TFloat32> visible, Masking masking) {
      var hidden = Tokens.repeat(tf, token, masking.hiddenCount(), visible);
      var placed = encoder.place(tf, hidden, masking.hiddenIndices(tf));
      return tf.concat(List.of(visible, placed), tf.constant(1));
    }

    @Override
    public Operand<TFloat32> beforeDecoder(Ops tf, Operand<TFloat32> embedded, Masking masking) {
      return embedded;
    }
  }
}
