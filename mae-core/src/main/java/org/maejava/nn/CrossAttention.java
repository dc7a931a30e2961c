package org.maejava.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Multi-head attention of some tokens to others (Vaswani et al., 2017): queries {@code [B, Q, D]},
 * which are {@code q}'s, and tokens {@code [B, T, D]}, which are {@code kv}'s → {@code [B, Q, D]}.
 */
public final class CrossAttention {

  private final Class<? extends TFloating> type;
  private final int heads;
  private final int width;
  private final Linear q;
  private final Linear kv;
  private final Linear proj;

  /** The heads must divide the width; recipes are checked for it. */
  public CrossAttention(Params params, int width, int heads) {
    type = params.computeType();
    this.heads = heads;
    this.width = width;
    q = new Linear(params.at("q"), width, width);
    kv = new Linear(params.at("kv"), width, 2 * width);
    proj = new Linear(params.at("proj"), width, width);
  }

  /** What each query sees in its image's tokens. */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> queries, Operand<TFloat32> tokens) {
    return compute(tf, queries, tokens, type);
  }

  private <T extends TFloating> Operand<TFloat32> compute(
      Ops tf, Operand<TFloat32> queries, Operand<TFloat32> tokens, Class<T> compute) {
    int asked = Shapes.known(queries, 1);
    int count = Shapes.known(tokens, 1);
    var query = split(tf, q.apply(tf, Casts.to(tf, queries, compute)), asked, 1).get(0);
    var keyAndValue = split(tf, kv.apply(tf, Casts.to(tf, tokens, compute)), count, 2);
    // The fast kernels are for as many queries as keys.
    var mixed = Kernels.portable().attention(tf, query, keyAndValue.get(0), keyAndValue.get(1));
    var tokensFirst = tf.linalg.transpose(mixed, tf.constant(new int[] {0, 2, 1, 3}));
    var joined = tf.reshape(tokensFirst, tf.constant(new int[] {-1, asked, width}));
    return proj.apply(tf, joined, TFloat32.class);
  }

  /** Parts {@code [B, heads, T, d]}: rows are one after the other, each head-major. */
  private <T extends TFloating> List<? extends Operand<T>> split(
      Ops tf, Operand<T> projected, int tokens, int parts) {
    var split =
        tf.reshape(projected, tf.constant(new int[] {-1, tokens, parts, heads, width / heads}));
    var byHead = tf.linalg.transpose(split, tf.constant(new int[] {2, 0, 3, 1, 4}));
    return tf.unstack(byHead, (long) parts).output();
  }
}
