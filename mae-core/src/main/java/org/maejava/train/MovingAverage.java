package org.maejava.train;

import java.util.ArrayList;
import java.util.List;
import org.maejava.nn.Params;
import org.maejava.nn.Params.Param;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Exponential moving averages of parameters: {@code a ← a + (1 − decay) · (w − a)} after every
 * update, from the weights at the start, as timm computes the one of Table 11.
 */
final class MovingAverage implements Averaging {

  private final List<Param> averages = new ArrayList<>();
  private final List<Op> copies = new ArrayList<>();
  private final List<Op> moves = new ArrayList<>();

  /**
   * Adds variables and operations to the graph.
   *
   * @param params what training changes
   * @param updates after which a parameter has its new value
   */
  MovingAverage(Ops tf, List<Param> params, double decay, List<Op> updates) {
    var slots = Params.in(tf);
    var after = tf.withControlDependencies(updates);
    var share = tf.constant((float) (1 - decay));
    for (var param : params) {
      var slot = slots.at(param.name()).variable("average", param.init(), param.dimensions());
      // Kept under the parameter's own name, so that a file of averages is a file of weights.
      averages.add(
          new Param(param.name(), param.shape(), param.init(), slot.handle(), slot.value()));
      copies.add(tf.assignVariableOp(slot.handle(), param.value()));
      var moved = after.readVariableOp(param.handle(), TFloat32.class);
      var step = tf.math.mul(tf.math.sub(moved, slot.value()), share);
      moves.add(tf.assignAddVariableOp(slot.handle(), step));
    }
  }

  @Override
  public List<Op> moves() {
    return moves;
  }

  @Override
  public void start(Session session) {
    var runner = session.runner();
    copies.forEach(runner::addTarget);
    runner.run().close();
  }

  @Override
  public List<Param> variables() {
    return averages;
  }
}
