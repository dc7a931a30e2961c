package org.maejava.optim;

import java.util.List;
import org.maejava.nn.Init;
import org.maejava.nn.Params;
import org.maejava.proto.Sgd;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** SGD with momentum as PyTorch computes it: {@code v ← μ·v + g + decay·w; w ← w − rate·v}. */
final class SgdOptimizer implements Optimizer {

  private final double momentum;

  SgdOptimizer(Sgd config) {
    momentum = config.getMomentum();
  }

  @Override
  public List<Op> updates(
      Ops tf, Params slots, List<Update> updates, Operand<TFloat64> rate, Operand<TFloat64> step) {
    return GradientBarrier.behind(
        tf,
        updates,
        (waiting, update) -> {
          var entry = update.entry();
          return move(waiting, slots, entry, decayed(waiting, update), rate, momentum);
        });
  }

  /** The gradient plus weight decay. */
  static Operand<TFloat32> decayed(Ops tf, Update update) {
    var entry = update.entry();
    if (entry.weightDecay() == 0) {
      return update.gradient();
    }
    var decay = tf.constant((float) entry.weightDecay());
    return tf.math.add(update.gradient(), tf.math.mul(entry.param().value(), decay));
  }

  /** Adds the direction to the momentum and moves the parameter against it. */
  static Op move(
      Ops tf,
      Params slots,
      ParamPlan.Entry entry,
      Operand<TFloat32> direction,
      Operand<TFloat64> rate,
      double momentum) {
    var param = entry.param();
    var slot = slots.at(param.name()).variable("momentum", Init.zeros(), param.dimensions());
    var velocity = tf.math.add(tf.math.mul(slot.value(), tf.constant((float) momentum)), direction);
    var scaledRate = tf.math.mul(rate, tf.constant(entry.rateScale()));
    var step = tf.math.mul(velocity, tf.dtypes.cast(scaledRate, TFloat32.class));
    return tf.withControlDependencies(
            List.of(
                tf.assignVariableOp(slot.handle(), velocity),
                tf.assignSubVariableOp(param.handle(), step)))
        .noOp();
  }
}
