package org.maejava.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.maejava.nn.Init;
import org.maejava.nn.Kernels;
import org.maejava.nn.Params;
import org.maejava.nn.Params.Param;
import org.maejava.nn.StatisticUpdate;
import org.maejava.optim.ParamPlan;
import org.maejava.train.TrainingGraph.StepResult;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The mean of several micro-batches' gradients, summed up in variables: an update is a call for
 * each micro-batch, then one that moves the parameters and sets the sums back to zero.
 *
 * <p>Statistics move with every micro-batch; what they were before the first one is kept, for an
 * update that is given up.
 */
final class AccumulatedGradients implements Gradients {

  private final int batches;
  private final Params sums;
  private final Params statistics;
  private final List<Op> keepings = new ArrayList<>();
  private final List<Op> additions = new ArrayList<>();
  private final List<Op> takingsBack = new ArrayList<>();

  AccumulatedGradients(Ops tf, Objective objective, ParamPlan plan, int batches, Kernels kernels) {
    this.batches = batches;
    sums = Params.in(tf);
    statistics = Params.in(tf);
    var gradients = DirectGradients.of(tf, objective, plan, kernels);
    var share = tf.constant(1f / batches);
    for (int i = 0; i < gradients.size(); i++) {
      var param = plan.entries().get(i).param();
      var sum = sums.at(param.name()).variable("gradient_sum", Init.zeros(), param.dimensions());
      additions.add(tf.assignAddVariableOp(sum.handle(), tf.math.mul(gradients.get(i), share)));
    }
    takingsBack.addAll(zeros(tf));
    for (var update : objective.updates()) {
      additions.add(update.op());
      keep(tf, update);
    }
  }

  private List<Op> zeros(Ops tf) {
    return sums.all().stream()
        .<Op>map(sum -> tf.assignVariableOp(sum.handle(), tf.zerosLike(sum.value())))
        .toList();
  }

  private void keep(Ops tf, StatisticUpdate update) {
    var now = update.statistic();
    var before =
        statistics.at(now.name()).variable("before_update", Init.zeros(), now.dimensions());
    keepings.add(tf.assignVariableOp(before.handle(), now.value()));
    takingsBack.add(tf.assignVariableOp(now.handle(), before.value()));
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
    return zeros(tf.withControlDependencies(moves));
  }

  @Override
  public List<Param> variables() {
    return sums.all();
  }

  @Override
  public Optional<StepResult> step(
      List<Batch> batches, Calls calls, Completion completed, BooleanSupplier stop) {
    run(calls, keepings);
    double loss = 0;
    int added = 0;
    for (var batch : batches) {
      if (added++ > 0 && stop.getAsBoolean()) {
        run(calls, takingsBack);
        return Optional.empty();
      }
      var call = calls.lossOf(batch);
      additions.forEach(call::addTarget);
      try (var result = calls.run(call)) {
        loss += Calls.scalar(result, 0) / this.batches;
      }
    }
    try (var result = calls.run(completed.of(calls.empty()))) {
      return Optional.of(Calls.report(loss, result, 0));
    }
  }

  private static void run(Calls calls, List<Op> operations) {
    if (!operations.isEmpty()) {
      var call = calls.empty();
      operations.forEach(call::addTarget);
      calls.run(call).close();
    }
  }
}
