package org.maejava.optim;

import java.util.List;
import org.maejava.nn.Params;
import org.maejava.proto.TrainingConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * One update rule. State is kept in slots: variables named after their parameter, so that they are
 * saved and restored by name.
 */
public sealed interface Optimizer permits AdamWOptimizer, LarsOptimizer, SgdOptimizer {

  /**
   * A parameter and what moves it.
   *
   * @param entry the parameter's plan
   * @param gradient of the loss, the parameter's shape
   */
  record Update(ParamPlan.Entry entry, Operand<TFloat32> gradient) {}

  /**
   * Adds the operations of one update; each must wait for all gradients, or a weight changes while
   * another gradient still reads it.
   *
   * @param slots where state variables are made
   * @param rate of this update, a scalar
   * @param step this update's number, from 1, a scalar
   */
  List<Op> updates(
      Ops tf, Params slots, List<Update> updates, Operand<TFloat64> rate, Operand<TFloat64> step);

  /** The optimiser of a checked recipe. */
  static Optimizer of(TrainingConfig training) {
    return switch (training.getOptimizerCase()) {
      case ADAMW -> new AdamWOptimizer(training.getAdamw());
      case LARS -> new LarsOptimizer(training.getLars());
      case SGD -> new SgdOptimizer(training.getSgd());
      case OPTIMIZER_NOT_SET -> throw new IllegalArgumentException("training.optimizer is not set");
    };
  }
}
