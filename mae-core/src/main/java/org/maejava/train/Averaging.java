package org.maejava.train;

import java.util.List;
import org.maejava.model.VitNames;
import org.maejava.nn.Params.Param;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.TrainingConfig;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;

/** Whether averages of the weights are kept beside them, and how they follow. */
sealed interface Averaging permits Averaging.None, MovingAverage {

  /**
   * What a recipe asks for.
   *
   * @param params of the whole graph
   * @param plan which of them are trained
   * @param updates after which a parameter has its new value
   */
  static Averaging of(
      Ops tf, TrainingConfig training, List<Param> params, ParamPlan plan, List<Op> updates) {
    if (!training.hasWeightAverage()) {
      return new None();
    }
    var trained = plan.entries().stream().map(ParamPlan.Entry::param).toList();
    var changing =
        params.stream()
            .filter(param -> trained.contains(param) || VitNames.isStatistic(param.name()))
            .toList();
    return new MovingAverage(tf, changing, training.getWeightAverage().getDecay(), updates);
  }

  /** What an update runs last. */
  List<Op> moves();

  /** Makes the averages what the weights are. */
  void start(Session session);

  /** The averages, each under the name of the parameter that it follows. */
  List<Param> variables();

  /** The weights are what training is for. */
  record None() implements Averaging {
    @Override
    public List<Op> moves() {
      return List.of();
    }

    @Override
    public void start(Session session) {}

    @Override
    public List<Param> variables() {
      return List.of();
    }
  }
}
