package org.maejava.model;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Operations on token sequences {@code [B, T, D]}. */
final class Tokens {

  private Tokens() {}

  /** {@code count} tokens from {@code from} on. */
  static Operand<TFloat32> slice(Ops tf, Operand<TFloat32> x, int from, int count) {
    return tf.slice(x, tf.constant(new int[] {0, from, 0}), tf.constant(new int[] {-1, count, -1}));
  }

  /** The first token, {@code [B, D]}. */
  static Operand<TFloat32> first(Ops tf, Operand<TFloat32> x) {
    int width = (int) x.shape().get(2);
    return tf.reshape(slice(tf, x, 0, 1), tf.constant(new int[] {-1, width}));
  }

  /** One token {@code [1, 1, D]}, {@code count} times for each image of {@code like}. */
  static Operand<TFloat32> repeat(
      Ops tf, Operand<TFloat32> token, int count, Operand<TFloat32> like) {
    int width = (int) token.shape().get(2);
    long batch = like.shape().get(0);
    if (batch >= 0) {
      return tf.broadcastTo(token, tf.constant(new int[] {(int) batch, count, width}));
    }
    var dynamicBatch =
        tf.slice(tf.shape(like), tf.constant(new int[] {0}), tf.constant(new int[] {1}));
    var shape =
        tf.concat(List.of(dynamicBatch, tf.constant(new int[] {count, width})), tf.constant(0));
    var repeated = tf.broadcastTo(token, shape);
    // Shape inference loses the known dimensions behind the computed batch.
    return tf.reshape(repeated, tf.constant(new int[] {-1, count, width}));
  }
}
