package org.maejava.optim;

import java.util.List;
import java.util.function.BiFunction;
import org.maejava.optim.Optimizer.Update;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;

/**
 * What every update waits for: all gradients. Without it a weight changes while another gradient
 * still reads it, and runs of the same seed differ.
 */
final class GradientBarrier {

  private GradientBarrier() {}

  /**
   * Adds the operations of each update behind the barrier.
   *
   * @param each from a graph that waits and one update to the operation that moves its parameter
   */
  static List<Op> behind(Ops tf, List<Update> updates, BiFunction<Ops, Update, Op> each) {
    var gradients = updates.stream().<Op>map(Update::gradient).toList();
    var barrier = tf.withControlDependencies(gradients).noOp();
    var waiting = tf.withControlDependencies(List.of(barrier));
    return updates.stream().map(update -> each.apply(waiting, update)).toList();
  }
}
