package org.maejava.optim;

import java.util.HashMap;
import java.util.List;
import org.maejava.nn.Init;
import org.maejava.nn.Params;
import org.maejava.proto.AdamW;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as PyTorch computes it: {@code w
 * ← w · (1 − rate · decay)}, then Adam's step with epsilon added to the corrected root.
 *
 * <p>It uses TensorFlow's fused Adam kernel without its bias correction (powers of zero) and
 * corrects rate and epsilon in double beforehand: in float, 1 − 0.999 is off by 5·10⁻⁵.
 */
final class AdamWOptimizer implements Optimizer {

  private final AdamW config;

  AdamWOptimizer(AdamW config) {
    this.config = config;
  }

  @Override
  public List<Op> updates(
      Ops tf, Params slots, List<Update> updates, Operand<TFloat64> rate, Operand<TFloat64> step) {
    var secondRoot = tf.math.sqrt(oneMinusPower(tf, config.getBeta2(), step));
    var correction = tf.math.div(secondRoot, oneMinusPower(tf, config.getBeta1(), step));
    var kernel =
        new Kernel(
            tf.constant((float) config.getBeta1()),
            tf.constant((float) config.getBeta2()),
            toFloat(tf, tf.math.mul(tf.constant(config.getEpsilon()), secondRoot)),
            tf.constant(0f));
    var corrected = tf.math.mul(rate, correction);
    // One for each rate scale and decay, not for each parameter: a step's scalars are its most
    // numerous operations otherwise.
    var rates = new HashMap<Double, Operand<TFloat32>>();
    var decays = new HashMap<Double, Operand<TFloat32>>();
    return GradientBarrier.behind(
        tf,
        updates,
        (waiting, update) -> {
          var entry = update.entry();
          double decay = entry.rateScale() * entry.weightDecay();
          return update(
              waiting,
              slots,
              update,
              rates.computeIfAbsent(entry.rateScale(), by -> scaled(tf, corrected, by)),
              decays.computeIfAbsent(decay, by -> scaled(tf, rate, by)),
              kernel);
        });
  }

  /** What the fused kernel takes beside the rate. */
  private record Kernel(
      Operand<TFloat32> beta1,
      Operand<TFloat32> beta2,
      Operand<TFloat32> epsilon,
      Operand<TFloat32> zero) {}

  private static Op update(
      Ops tf,
      Params slots,
      Update update,
      Operand<TFloat32> rate,
      Operand<TFloat32> decay,
      Kernel kernel) {
    var entry = update.entry();
    var param = entry.param();
    var own = slots.at(param.name());
    var mean = own.variable("exp_avg", Init.zeros(), param.dimensions());
    var square = own.variable("exp_avg_sq", Init.zeros(), param.dimensions());

    var decayed = tf;
    if (entry.weightDecay() != 0) {
      var loss = tf.math.mul(param.value(), decay);
      decayed = tf.withControlDependencies(List.of(tf.assignSubVariableOp(param.handle(), loss)));
    }
    return decayed.train.resourceApplyAdam(
        param.handle(),
        mean.handle(),
        square.handle(),
        kernel.zero(),
        kernel.zero(),
        rate,
        kernel.beta1(),
        kernel.beta2(),
        kernel.epsilon(),
        update.gradient());
  }

  /** 1 − βᵗ, with β rounded to float as the kernel sees it. */
  private static Operand<TFloat64> oneMinusPower(Ops tf, double beta, Operand<TFloat64> step) {
    var rounded = tf.constant((double) (float) beta);
    return tf.math.sub(tf.constant(1.0), tf.math.pow(rounded, step));
  }

  private static Operand<TFloat32> scaled(Ops tf, Operand<TFloat64> rate, double by) {
    return toFloat(tf, tf.math.mul(rate, tf.constant(by)));
  }

  private static Operand<TFloat32> toFloat(Ops tf, Operand<TFloat64> x) {
    return tf.dtypes.cast(x, TFloat32.class);
  }
}
