package org.maejava.nn;

import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A pre-norm Transformer block (Dosovitskiy et al., 2021): {@code [B, T, D]} → {@code [B, T, D]},
 * first attention, then the MLP, each added to its input.
 */
public final class Block implements Layer {

  private final LayerNorm norm1;
  private final Attention attn;
  private final LayerNorm norm2;
  private final Mlp mlp;

  public Block(Params params, int width, int heads, double mlpRatio) {
    this(params, width, heads, mlpRatio, LayerNorm.EPSILON);
  }

  private Block(Params params, int width, int heads, double mlpRatio, double epsilon) {
    norm1 = new LayerNorm(params.at("norm1"), width, epsilon);
    attn = new Attention(params.at("attn"), width, heads);
    norm2 = new LayerNorm(params.at("norm2"), width, epsilon);
    mlp = new Mlp(params.at("mlp"), width, (int) (width * mlpRatio));
  }

  /** {@code depth} blocks under the names 0, 1, …, whose norms add {@code epsilon}. */
  public static List<Block> stack(
      Params params, int depth, int width, int heads, double mlpRatio, double epsilon) {
    return IntStream.range(0, depth)
        .mapToObj(i -> new Block(params.at(i), width, heads, mlpRatio, epsilon))
        .toList();
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    return apply(tf, x, DropPath.NONE, DropPath.NONE);
  }

  /** With each branch skipped for the images that its {@link DropPath} names. */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x, Layer dropAttention, Layer dropMlp) {
    return finish(tf, x, attn.apply(tf, norm1.apply(tf, x)), dropAttention, dropMlp);
  }

  /**
   * The block's output for some of the tokens, which look at all: for a last block of which no more
   * is read.
   *
   * @param from the first of them
   * @return {@code [B, count, D]}
   */
  public Operand<TFloat32> applyTo(Ops tf, Operand<TFloat32> x, int from, int count) {
    return applyTo(tf, x, from, count, DropPath.NONE, DropPath.NONE);
  }

  /** As the other one, with each branch skipped for the images that its {@link DropPath} names. */
  public Operand<TFloat32> applyTo(
      Ops tf, Operand<TFloat32> x, int from, int count, Layer dropAttention, Layer dropMlp) {
    var own =
        tf.slice(x, tf.constant(new int[] {0, from, 0}), tf.constant(new int[] {-1, count, -1}));
    var seen = attn.apply(tf, norm1.apply(tf, x), from, count);
    return finish(tf, own, seen, dropAttention, dropMlp);
  }

  private Operand<TFloat32> finish(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> seen, Layer dropAttention, Layer dropMlp) {
    var attended = add(tf, x, dropAttention.apply(tf, seen));
    return add(tf, attended, dropMlp.apply(tf, mlp.apply(tf, norm2.apply(tf, attended))));
  }

  /** Of equal shapes, which spares the gradient to look for broadcast axes. */
  private static Operand<TFloat32> add(Ops tf, Operand<TFloat32> x, Operand<TFloat32> branch) {
    return tf.math.addN(List.of(x, branch));
  }

  /** The attention of the first token in this block: {@code [B, T, D]} → {@code [B, heads, T]}. */
  public Operand<TFloat32> attentionOfFirstToken(Ops tf, Operand<TFloat32> x) {
    return attn.ofFirstToken(tf, norm1.apply(tf, x));
  }
}
