package org.maejava.train;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.maejava.nn.Kernels;
import org.maejava.nn.Params.Param;
import org.maejava.optim.ParamPlan;
import org.maejava.train.TrainingGraph.StepResult;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * How the batches of an update become one gradient for each trained parameter: what they add to the
 * graph, and which calls an update is.
 */
sealed interface Gradients permits DirectGradients, AccumulatedGradients {

  /**
   * The gradients of a loss.
   *
   * @param batches of one update
   * @param kernels that suit the device
   */
  static Gradients of(Ops tf, Objective objective, ParamPlan plan, int batches, Kernels kernels) {
    return batches == 1
        ? new DirectGradients(tf, objective, plan, kernels)
        : new AccumulatedGradients(tf, objective, plan, batches, kernels);
  }

  /** Batches that an update takes. */
  int batches();

  /** What parameters are moved by, in the plan's order. */
  List<Operand<TFloat32>> values();

  /**
   * What an update runs beside moving the parameters.
   *
   * @param moves after which the gradients are no longer read
   */
  List<Op> besides(Ops tf, List<Op> moves);

  /** Variables that are zero before and after every update, so that no checkpoint has them. */
  List<Param> variables();

  /**
   * Makes one update.
   *
   * @param batches as many as {@link #batches}
   * @param calls with batches fed
   * @param completed a call, with what moves the parameters and fetches the gradient norm last
   * @param stop asked between batches
   * @return empty if that said so: then nothing has moved, and the next update begins anew
   */
  Optional<StepResult> step(
      List<Batch> batches, Calls calls, Completion completed, BooleanSupplier stop);

  /** Adds the update itself to a call. */
  @FunctionalInterface
  interface Completion {
    Session.Runner of(Session.Runner call);
  }
}
