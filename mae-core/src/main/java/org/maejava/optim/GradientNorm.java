package org.maejava.optim;

import java.util.List;
import org.maejava.proto.GradientClip;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The joint L2 norm of all gradients, and clipping by it. */
public final class GradientNorm {

  /** As PyTorch's {@code clip_grad_norm_}. */
  private static final float EPSILON = 1e-6f;

  private GradientNorm() {}

  /** √(Σ g²) over all gradients, a scalar. */
  public static Operand<TFloat32> of(Ops tf, List<Operand<TFloat32>> gradients) {
    var halves = gradients.stream().<Operand<TFloat32>>map(tf.nn::l2Loss).toList();
    return tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.math.addN(halves)));
  }

  /** Every gradient times {@code min(1, max / (norm + 1e-6))}. */
  public static List<Operand<TFloat32>> clip(
      Ops tf, List<Operand<TFloat32>> gradients, Operand<TFloat32> norm, GradientClip clip) {
    var max = tf.constant((float) clip.getMaxNorm());
    var scale =
        tf.math.minimum(tf.constant(1f), tf.math.div(max, tf.math.add(norm, tf.constant(EPSILON))));
    return gradients.stream().<Operand<TFloat32>>map(g -> tf.math.mul(g, scale)).toList();
  }
}
