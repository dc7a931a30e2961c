package org.maejava.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.maejava.nn.Kernels;
import org.maejava.nn.Params.Param;
import org.maejava.nn.StatisticUpdate;
import org.maejava.optim.ParamPlan;
import org.maejava.train.TrainingGraph.StepResult;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The gradients of one batch as they are: an update is one call into TensorFlow. */
final class DirectGradients implements Gradients {

  private final Objective objective;
  private final List<Operand<TFloat32>> values;

  DirectGradients(Ops tf, Objective objective, ParamPlan plan, Kernels kernels) {
    this.objective = objective;
    values = of(tf, objective, plan, kernels);
  }

  /** Adds the gradients of the loss with respect to every planned parameter. */
  static List<Operand<TFloat32>> of(Ops tf, Objective objective, ParamPlan plan, Kernels kernels) {
    var params =
        plan.entries().stream()
            .map(entry -> entry.param().value().asOutput())
            .toArray(Output<?>[]::new);
    var gradients = new ArrayList<Operand<TFloat32>>();
    for (var gradient :
        ((Graph) tf.scope().env()).addGradients(objective.loss().asOutput(), params)) {
      @SuppressWarnings("unchecked") // of a float parameter
      var typed = (Output<TFloat32>) gradient;
      gradients.add(kernels.gradient(tf, typed));
    }
    return List.copyOf(gradients);
  }

  @Override
  public int batches() {
    return 1;
  }

  @Override
  public List<Operand<TFloat32>> values() {
    return values;
  }

  @Override
  public List<Op> besides(Ops tf, List<Op> moves) {
    return objective.updates().stream().map(StatisticUpdate::op).toList();
  }

  @Override
  public List<Param> variables() {
    return List.of();
  }

  @Override
  public Optional<StepResult> step(
      List<Batch> batches, Calls calls, Completion completed, BooleanSupplier stop) {
    try (var result = calls.run(completed.of(calls.lossOf(batches.get(0))))) {
      return Optional.of(Calls.report(Calls.scalar(result, 0), result, 1));
    }
  }
}
