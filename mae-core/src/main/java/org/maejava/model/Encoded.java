package org.maejava.model;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What an encoder makes of whole images, nothing hidden.
 *
 * @param tokens class token and patches, {@code [B, 1 + L, D]}
 * @param attention the class token's softmax weights on itself and the patches in the last block,
 *     {@code [B, heads, 1 + L]}
 */
public record Encoded(Operand<TFloat32> tokens, Operand<TFloat32> attention) {}
