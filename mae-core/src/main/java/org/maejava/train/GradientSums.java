package org.maejava.train;

import java.util.ArrayList;
import java.util.List;
import org.maejava.nn.Init;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Variables in which the gradients of several micro-batches are averaged into one. */
final class GradientSums {

  private final Params sums;
  private final List<Op> additions = new ArrayList<>();

  /** One sum for each planned parameter; each addition weighs 1 / {@code microBatches}. */
  GradientSums(Ops tf, ParamPlan plan, List<Operand<TFloat32>> gradients, int microBatches) {
    sums = Params.in(tf);
    var share = tf.constant(1f / microBatches);
    for (int i = 0; i < gradients.size(); i++) {
      var param = plan.entries().get(i).param();
      var sum = sums.at(param.name()).variable("gradient_sum", Init.zeros(), param.dimensions());
      additions.add(tf.assignAddVariableOp(sum.handle(), tf.math.mul(gradients.get(i), share)));
    }
  }

  List<Params.Param> variables() {
    return sums.all();
  }

  /** What a micro-batch runs. */
  List<Op> additions() {
    return additions;
  }

  /** The averaged gradients. */
  List<Operand<TFloat32>> values() {
    return sums.all().stream().map(Params.Param::value).toList();
  }

  /** Back to zero, once {@code after} has run. */
  List<Op> resets(Ops tf, List<Op> after) {
    var later = tf.withControlDependencies(after);
    return sums.all().stream()
        .<Op>map(sum -> later.assignVariableOp(sum.handle(), later.zerosLike(sum.value())))
        .toList();
  }
}
