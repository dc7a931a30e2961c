package org.maejava.model;

import org.maejava.nn.LayerNorm;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What an encoder makes of whole images, nothing hidden. Each costs what it takes alone: who reads
 * the class token only computes the last block for it only.
 *
 * @param tokens class token and patches, {@code [B, 1 + L, D]}
 * @param classToken the first of the tokens, {@code [B, 1, D]}
 * @param attention the class token's softmax weights on itself and the patches in the last block,
 *     {@code [B, heads, 1 + L]}
 */
public record Encoded(
    Operand<TFloat32> tokens, Operand<TFloat32> classToken, Operand<TFloat32> attention) {

  /** With the tokens normalised. */
  Encoded behind(Ops tf, LayerNorm norm) {
    return new Encoded(norm.apply(tf, tokens), norm.apply(tf, classToken), attention);
  }
}
