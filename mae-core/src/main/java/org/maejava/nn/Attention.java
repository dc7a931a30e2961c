package org.maejava.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Multi-head self-attention (Vaswani et al., 2017): {@code [B, T, D]} → {@code [B, T, D]}. The
 * softmax is taken in float32 whatever the products are computed in.
 */
final class Attention implements Layer {

  private final Kernels kernels;
  private final Class<? extends TFloating> type;
  private final int heads;
  private final int width;
  private final Linear qkv;
  private final Linear proj;

  /** The heads must divide the width; recipes are checked for it. */
  Attention(Params params, int width, int heads) {
    kernels = params.kernels();
    type = params.computeType();
    this.heads = heads;
    this.width = width;
    qkv = new Linear(params.at("qkv"), width, 3 * width);
    proj = new Linear(params.at("proj"), width, width);
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    return compute(tf, Casts.to(tf, x, type));
  }

  private <T extends TFloating> Operand<TFloat32> compute(Ops tf, Operand<T> x) {
    int tokens = Shapes.known(x, 1);
    int headWidth = width / heads;

    // The rows of qkv.weight are q | k | v, each head-major.
    var split =
        tf.reshape(qkv.apply(tf, x), tf.constant(new int[] {-1, tokens, 3, heads, headWidth}));
    var byHead = tf.linalg.transpose(split, tf.constant(new int[] {2, 0, 3, 1, 4}));
    List<? extends Operand<T>> parts = tf.unstack(byHead, 3L).output();
    var mixed = kernels.attention(tf, parts.get(0), parts.get(1), parts.get(2));

    var tokensFirst = tf.linalg.transpose(mixed, tf.constant(new int[] {0, 2, 1, 3}));
    var joined = tf.reshape(tokensFirst, tf.constant(new int[] {-1, tokens, width}));
    return proj.apply(tf, joined, TFloat32.class);
  }
}
