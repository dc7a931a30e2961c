package org.maejava.train;

import java.util.ArrayList;
import java.util.List;
import org.maejava.nn.Init;
import org.maejava.nn.Params;
import org.maejava.nn.Params.Param;
import org.maejava.optim.ParamPlan;
import org.maejava.train.TrainingGraph.StepResult;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The mean of several micro-batches' gradients, summed up in variables: an update is a call for
 * each micro-batch, then one that moves the parameters and sets the sums back to zero.
 */
final class AccumulatedGradients implements Gradients {

  private final int batches;
  private final Params sums;
  private final List<Op> additions;

  AccumulatedGradients(Ops tf, Graph graph, Objective objective, ParamPlan plan, int batches) {
    this.batches = batches;
    sums = Params.in(tf);
    additions = new ArrayList<>(objective.updates());
    var gradients = DirectGradients.of(graph, objective, plan);
    var share = tf.constant(1f / batches);
    for (int i = 0; i < gradients.size(); i++) {
      var param = plan.entries().get(i).param();
      var sum = sums.at(param.name()).variable("gradient_sum", Init.zeros(), param.dimensions());
      additions.add(tf.assignAddVariableOp(sum.handle(), tf.math.mul(gradients.get(i), share)));
    }
  }

  @Override
  public int batches() {
    return batches;
  }

  @Override
  public List<Operand<TFloat32>> values() {
    return sums.all().stream().map(Param::value).toList();
  }

  @Override
  public List<Op> besides(Ops tf, List<Op> moves) {
    var later = tf.withControlDependencies(moves);
    return sums.all().stream()
        .<Op>map(sum -> later.assignVariableOp(sum.handle(), later.zerosLike(sum.value())))
        .toList();
  }

  @Override
  public List<Param> variables() {
    return sums.all();
  }

  @Override
  public StepResult step(List<Batch> batches, Calls calls, Completion completed) {
    double loss = 0;
    for (var batch : batches) {
      var call = calls.lossOf(batch);
      additions.forEach(call::addTarget);
      try (var result = call.run()) {
        loss += Calls.scalar(result, 0) / this.batches;
      }
    }
    try (var result = completed.of(calls.empty()).run()) {
      return new StepResult(loss, Calls.scalar(result, 0));
    }
  }
}
