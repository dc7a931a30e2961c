package org.maejava.model;

import java.util.List;
import org.maejava.nn.CrossAttention;
import org.maejava.nn.Init;
import org.maejava.nn.LayerNorm;
import org.maejava.nn.Mlp;
import org.maejava.nn.Params;
import org.maejava.proto.TransformerConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat32;

/**
 * A learned query looks at all tokens, then an MLP is added to what it saw: the pooling of
 * attentive probes (Chen et al., 2022, "Context Autoencoder"; Bardes et al., 2024, V-JEPA). Names
 * and arithmetic are those of timm's {@code AttentionPoolLatent}.
 */
final class AttentivePooling {

  private final int width;
  private final Operand<TFloat32> latent;
  private final CrossAttention attention;
  private final LayerNorm norm;
  private final Mlp mlp;

  /** As wide and with as many heads as the encoder. */
  AttentivePooling(Params params, TransformerConfig encoder) {
    width = encoder.getWidth();
    latent = params.get("latent", Init.normal(Math.pow(width, -0.5)), 1, 1, width);
    attention = new CrossAttention(params, width, encoder.getHeads());
    norm = new LayerNorm(params.at("norm"), width, NormEpsilon.of(encoder));
    mlp = new Mlp(params.at("mlp"), width, (int) (width * encoder.getMlpRatio()));
  }

  /** Tokens {@code [B, T, D]} after the encoder's last norm → {@code [B, D]}. */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> tokens) {
    var query = Tokens.repeat(tf, latent, 1, tokens);
    var seen = attention.apply(tf, query, tokens);
    var pooled = tf.math.addN(List.of(seen, mlp.apply(tf, norm.apply(tf, seen))));
    return tf.squeeze(pooled, Squeeze.axis(List.of(1L)));
  }
}
