package org.maejava.model;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Which patches of each image are visible. Everything is stated in shuffled order: the patches by
 * rising noise, so the visible ones come first.
 *
 * @param shuffle patch indices by rising noise, {@code [B, L]}
 * @param count patches in an image, L
 * @param visibleCount patches that the encoder sees, K
 */
public record Masking(Operand<TInt32> shuffle, int count, int visibleCount) {

  /**
   * The {@code visibleCount} patches with the smallest noise {@code [B, L]} stay; ties by index.
   */
  public static Masking lowest(Ops tf, Operand<TFloat32> noise, int count, int visibleCount) {
    return new Masking(argsort(tf, noise, count), count, visibleCount);
  }

  /** How many patches are hidden. */
  int hiddenCount() {
    return count - visibleCount;
  }

  /** Indices of the visible patches, {@code [B, K]}. */
  Operand<TInt32> visibleIndices(Ops tf) {
    return columns(tf, 0, visibleCount);
  }

  /** The visible ones of {@code [B, L, n]}: {@code [B, K, n]}. */
  Operand<TFloat32> visible(Ops tf, Operand<TFloat32> x) {
    return gather(tf, x, visibleIndices(tf));
  }

  /** The hidden ones of {@code [B, L, n]}: {@code [B, L − K, n]}, in shuffled order. */
  Operand<TFloat32> hidden(Ops tf, Operand<TFloat32> x) {
    return gather(tf, x, hiddenIndices(tf));
  }

  /** All of {@code [B, L, n]} in shuffled order. */
  Operand<TFloat32> shuffled(Ops tf, Operand<TFloat32> x) {
    return gather(tf, x, shuffle);
  }

  /** Indices of the hidden patches, {@code [B, L − K]}. */
  Operand<TInt32> hiddenIndices(Ops tf) {
    return columns(tf, visibleCount, hiddenCount());
  }

  /** Where each patch stands in the shuffled order, {@code [B, L]}: the published ids_restore. */
  Operand<TInt32> restore(Ops tf) {
    return argsort(tf, shuffle, count);
  }

  /** {@code [B, L, n]} from shuffled back to image order. */
  Operand<TFloat32> unshuffle(Ops tf, Operand<TFloat32> x) {
    return gather(tf, x, restore(tf));
  }

  /** In image order, 1 for hidden and 0 for visible, {@code [B, L]}. */
  public Operand<TFloat32> mask(Ops tf) {
    var hidden = tf.math.greaterEqual(restore(tf), tf.constant(visibleCount));
    return tf.dtypes.cast(hidden, TFloat32.class);
  }

  private Operand<TInt32> columns(Ops tf, int from, int size) {
    return tf.slice(shuffle, tf.constant(new int[] {0, from}), tf.constant(new int[] {-1, size}));
  }

  private static Operand<TFloat32> gather(Ops tf, Operand<TFloat32> x, Operand<TInt32> indices) {
    return tf.gather(x, indices, tf.constant(1), Gather.batchDims(1L));
  }

  /** Rising, stable. */
  private static <T extends TNumber> Operand<TInt32> argsort(Ops tf, Operand<T> keys, int count) {
    TopK<T, TInt32> falling =
        tf.nn.topK(tf.math.neg(keys), tf.constant(count), TInt32.class, TopK.sorted(true));
    return falling.indices();
  }
}
