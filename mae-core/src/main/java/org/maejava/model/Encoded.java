package org.maejava.model;

import org.maejava.nn.Layer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What an encoder makes of whole images, nothing hidden.
 *
 * @param tokens class token and patches, {@code [B, 1 + L, D]}
 * @param firstTokens the first of them again, {@code [B, n, D]}: who reads the class token alone
 *     spares the others' last block
 * @param attention the class token's softmax weights on itself and the patches in the last block,
 *     {@code [B, heads, 1 + L]}
 */
public record Encoded(
    Operand<TFloat32> tokens, Operand<TFloat32> firstTokens, Operand<TFloat32> attention) {

  /** The class token, {@code [B, D]}. */
  public Operand<TFloat32> classToken(Ops tf) {
    return Tokens.first(tf, firstTokens);
  }

  /** With the last norm. */
  Encoded normalised(Ops tf, Layer norm) {
    return new Encoded(norm.apply(tf, tokens), norm.apply(tf, firstTokens), attention);
  }
}
