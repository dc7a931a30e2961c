package org.maejava.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.BatchMatMul;
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
    return compute(tf, Casts.to(tf, x, type), 0, Shapes.known(x, 1));
  }

  /** What some tokens see in all: {@code [B, T, D]} → {@code [B, count, D]}. */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x, int from, int count) {
    return compute(tf, Casts.to(tf, x, type), from, count);
  }

  private <T extends TFloating> Operand<TFloat32> compute(
      Ops tf, Operand<T> x, int from, int count) {
    int tokens = Shapes.known(x, 1);
    var parts = byHead(tf, qkv.apply(tf, x), tokens);
    var query = count == tokens ? parts.get(0) : ofTokens(tf, parts.get(0), from, count);
    var mixed = kernels.attention(tf, query, parts.get(1), parts.get(2));

    var tokensFirst = tf.linalg.transpose(mixed, tf.constant(new int[] {0, 2, 1, 3}));
    var joined = tf.reshape(tokensFirst, tf.constant(new int[] {-1, count, width}));
    return proj.apply(tf, joined, TFloat32.class);
  }

  /**
   * What the first token looks at: its softmax weights, {@code [B, T, D]} → {@code [B, heads, T]}.
   */
  Operand<TFloat32> ofFirstToken(Ops tf, Operand<TFloat32> x) {
    int tokens = Shapes.known(x, 1);
    var projected = qkv.apply(tf, Casts.to(tf, x, type), TFloat32.class);
    var parts = byHead(tf, projected, tokens);

    var first = ofTokens(tf, parts.get(0), 0, 1);
    var query = tf.math.mul(first, tf.constant(PortableKernels.scale(parts.get(0))));
    var scores = tf.train.batchMatMul(query, parts.get(1), TFloat32.class, BatchMatMul.adjY(true));
    return tf.reshape(tf.nn.softmax(scores), tf.constant(new int[] {-1, heads, tokens}));
  }

  /** Of {@code [B, heads, T, d]} some tokens. */
  private static <T extends TFloating> Operand<T> ofTokens(
      Ops tf, Operand<T> byHead, int from, int count) {
    return tf.slice(
        byHead, tf.constant(new int[] {0, 0, from, 0}), tf.constant(new int[] {-1, -1, count, -1}));
  }

  /** Query, key, value {@code [B, heads, T, d]}: qkv's rows are q | k | v, each head-major. */
  private <T extends TFloating> List<? extends Operand<T>> byHead(
      Ops tf, Operand<T> projected, int tokens) {
    var split = tf.reshape(projected, tf.constant(new int[] {-1, tokens, 3, heads, width / heads}));
    var byHead = tf.linalg.transpose(split, tf.constant(new int[] {2, 0, 3, 1, 4}));
    return tf.unstack(byHead, 3L).output();
  }
}
