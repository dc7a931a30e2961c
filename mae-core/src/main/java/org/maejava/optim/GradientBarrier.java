package org.maejava.optim;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.maejava.optim.Optimizer.Update;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;

/**
 * What every update waits for: its own gradient, and all that reads its parameter on the way to any
 * gradient. Without it a weight changes while another gradient still reads it, and runs of the same
 * seed differ; waiting for all gradients instead would keep all of them in memory at once.
 */
final class GradientBarrier {

  private GradientBarrier() {}

  /**
   * Adds the operations of each update behind its barrier.
   *
   * @param each from a graph that waits and one update to the operation that moves its parameter
   */
  static List<Op> behind(Ops tf, List<Update> updates, BiFunction<Ops, Update, Op> each) {
    var gradients = updates.stream().map(Update::gradient).collect(ImmutableSet.toImmutableSet());
    var onTheWay = ((Graph) tf.scope().env()).subgraphTo(ImmutableSet.copyOf(gradients));
    var waits = updates.stream().map(update -> waitsFor(update, onTheWay)).toList();
    var moves = new ArrayList<Op>();
    for (int i = 0; i < updates.size(); i++) {
      var barrier = tf.withControlDependencies(waits.get(i)).noOp();
      moves.add(each.apply(tf.withControlDependencies(List.of(barrier)), updates.get(i)));
    }
    return moves;
  }

  private static List<Op> waitsFor(Update update, Set<GraphOperation> onTheWay) {
    var waits = new ArrayList<Op>(List.of(update.gradient()));
    var value = (GraphOperation) update.entry().param().value().op();
    for (var reader : Sets.intersection(value.consumers(), onTheWay)) {
      waits.add(() -> reader);
    }
    return waits;
  }
}
