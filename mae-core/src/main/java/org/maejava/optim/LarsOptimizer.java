package org.maejava.optim;

import java.util.List;
import org.maejava.nn.Params;
import org.maejava.proto.Lars;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Layer-wise adaptive rates (You et al., 2017) as used for linear probing: a matrix's decayed
 * gradient is scaled by {@code trust · ‖w‖ / ‖g‖}, 1 if either norm is zero; vectors take neither
 * scaling nor decay. Then momentum.
 */
final class LarsOptimizer implements Optimizer {

  private final Lars config;

  LarsOptimizer(Lars config) {
    this.config = config;
  }

  @Override
  public List<Op> updates(
      Ops tf, Params slots, List<Update> updates, Operand<TFloat64> rate, Operand<TFloat64> step) {
    return GradientBarrier.behind(
        tf,
        updates,
        (waiting, update) -> {
          var entry = update.entry();
          boolean vector = entry.param().shape().size() <= 1;
          var direction =
              vector
                  ? update.gradient()
                  : trusted(waiting, entry, SgdOptimizer.decayed(waiting, update));
          return SgdOptimizer.move(waiting, slots, entry, direction, rate, config.getMomentum());
        });
  }

  private Operand<TFloat32> trusted(Ops tf, ParamPlan.Entry entry, Operand<TFloat32> gradient) {
    var weightNorm = norm(tf, entry.param().value());
    var gradientNorm = norm(tf, gradient);
    var zero = tf.constant(0f);
    var defined =
        tf.math.logicalAnd(tf.math.greater(weightNorm, zero), tf.math.greater(gradientNorm, zero));
    var trust = tf.constant((float) config.getTrustCoefficient());
    var ratio = tf.math.divNoNan(tf.math.mul(trust, weightNorm), gradientNorm);
    return tf.math.mul(gradient, tf.select(defined, ratio, tf.constant(1f)));
  }

  private static Operand<TFloat32> norm(Ops tf, Operand<TFloat32> x) {
    return tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.nn.l2Loss(x)));
  }
}
