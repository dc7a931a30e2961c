package org.maejava.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.maejava.model.VitNames;
import org.maejava.nn.Params;
import org.maejava.optim.GradientNorm;
import org.maejava.optim.Optimizer;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.maejava.weights.WeightSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Loss, gradients and update of one model in one session.
 *
 * <p>With one accumulation step an update is one call into TensorFlow; with more, gradients are
 * averaged in variables until the update.
 */
public final class TrainingGraph implements AutoCloseable {

  private final Graph graph = new Graph();
  private final Session session;
  private final Objective objective;
  private final ParamPlan plan;
  private final Operand<TFloat64> rate;
  private final Operand<TFloat64> step;
  private final Operand<TFloat32> gradientNorm;
  private final List<Op> accumulation;
  private final Op update;
  private final Variables weights;
  private final Variables optimizerState;
  private final MovingAverage average; // null: none is kept
  private final Variables averages; // null: none is kept
  private final int accumulationSteps;

  /**
   * What an update reports.
   *
   * @param loss mean over the micro-batches, before the update
   * @param gradientNorm joint L2 norm before clipping
   */
  public record StepResult(double loss, double gradientNorm) {}

  /**
   * Builds the graph; weights and optimiser state have no values until {@link #initialise} or until
   * they are restored.
   *
   * @param build from graph and parameters to what is made small
   * @param planOf from all parameters to those that are trained
   * @param training a checked recipe
   * @param config threads and devices
   */
  public TrainingGraph(
      BiFunction<Ops, Params, Objective> build,
      Function<List<Params.Param>, ParamPlan> planOf,
      TrainingConfig training,
      ConfigProto config) {
    var tf = Ops.create(graph);
    var params = training.hasBfloat16() ? Params.in(tf, TBfloat16.class) : Params.in(tf);
    objective = build.apply(tf, params);
    plan = planOf.apply(params.all());
    accumulationSteps = training.getAccumulationSteps();
    rate = tf.withName("rate").placeholder(TFloat64.class);
    step = tf.withName("step").placeholder(TFloat64.class);

    var sums =
        accumulationSteps == 1 ? null : new GradientSums(tf, plan, gradients(), accumulationSteps);
    var gradients = sums == null ? gradients() : sums.values();
    gradientNorm = GradientNorm.of(tf, gradients);
    if (training.hasGradientClip()) {
      gradients = GradientNorm.clip(tf, gradients, gradientNorm, training.getGradientClip());
    }
    var slots = Params.in(tf);
    var updates = Optimizer.of(training).updates(tf, slots, paired(gradients), rate, step);

    accumulation = new ArrayList<>(objective.updates());
    if (sums == null) {
      updates.addAll(objective.updates());
    } else {
      accumulation.addAll(sums.additions());
      updates.addAll(sums.resets(tf, updates));
    }
    average = training.hasWeightAverage() ? average(tf, params, training, updates) : null;
    if (average != null) {
      updates.addAll(average.moves());
    }
    update = tf.withControlDependencies(updates).noOp();

    session = new Session(graph, config);
    weights = new Variables(tf, session, params.all());
    optimizerState = new Variables(tf, session, slots.all());
    averages = average == null ? null : new Variables(tf, session, average.variables());
    if (sums != null) {
      // Zero between any two updates, so also when the rest is restored.
      new Variables(tf, session, sums.variables()).initialise(new Draws(0));
    }
  }

  private MovingAverage average(Ops tf, Params params, TrainingConfig training, List<Op> updates) {
    var trained = plan.entries().stream().map(ParamPlan.Entry::param).toList();
    var changing =
        params.all().stream()
            .filter(param -> trained.contains(param) || VitNames.isStatistic(param.name()))
            .toList();
    double decay = training.getWeightAverage().getDecay();
    return new MovingAverage(tf, changing, decay, List.copyOf(updates));
  }

  private List<Operand<TFloat32>> gradients() {
    var values =
        plan.entries().stream()
            .map(entry -> entry.param().value().asOutput())
            .toArray(Output<?>[]::new);
    var gradients = new ArrayList<Operand<TFloat32>>();
    for (var gradient : graph.addGradients(objective.loss().asOutput(), values)) {
      @SuppressWarnings("unchecked") // of a float parameter
      var typed = (Output<TFloat32>) gradient;
      gradients.add(typed);
    }
    return gradients;
  }

  private List<Optimizer.Update> paired(List<Operand<TFloat32>> gradients) {
    var updates = new ArrayList<Optimizer.Update>();
    for (int i = 0; i < gradients.size(); i++) {
      updates.add(new Optimizer.Update(plan.entries().get(i), gradients.get(i)));
    }
    return updates;
  }

  /** Initial values for everything: each parameter from a generator of its own. */
  public void initialise(Draws draws) {
    weights.initialise(draws);
    optimizerState.initialise(draws);
    startAverage();
  }

  /** Makes the moving average, if one is kept, what the weights are: before the first update. */
  void startAverage() {
    if (average != null) {
      average.start(session);
    }
  }

  /**
   * One update.
   *
   * @param batches one for each accumulation step; they stay the caller's
   * @param rateNow the schedule's rate
   * @param stepNow this update's number, from 1
   */
  public StepResult step(List<Batch> batches, double rateNow, int stepNow) {
    if (batches.size() != accumulationSteps) {
      throw new IllegalArgumentException(
          "an update takes %d batches, not %d".formatted(accumulationSteps, batches.size()));
    }
    try (var rateTensor = TFloat64.scalarOf(rateNow);
        var stepTensor = TFloat64.scalarOf(stepNow)) {
      if (accumulationSteps == 1) {
        var runner = feed(batches.get(0)).fetch(objective.loss());
        return finish(runner, rateTensor, stepTensor, 0, 1);
      }
      double loss = 0;
      for (var batch : batches) {
        loss += accumulate(batch) / accumulationSteps;
      }
      return finish(session.runner(), rateTensor, stepTensor, loss, 0);
    }
  }

  private double accumulate(Batch batch) {
    var runner = feed(batch).fetch(objective.loss());
    accumulation.forEach(runner::addTarget);
    try (var result = runner.run()) {
      return scalar(result, 0);
    }
  }

  /** Runs the update; the loss is among the results, or was summed before. */
  private StepResult finish(
      Session.Runner runner,
      TFloat64 rateTensor,
      TFloat64 stepTensor,
      double summedLoss,
      int normAt) {
    runner.feed(rate, rateTensor).feed(step, stepTensor).fetch(gradientNorm).addTarget(update);
    try (var result = runner.run()) {
      double loss = normAt == 0 ? summedLoss : scalar(result, 0);
      return new StepResult(loss, scalar(result, normAt));
    }
  }

  private Session.Runner feed(Batch batch) {
    var runner = session.runner();
    objective
        .inputs()
        .forEach(
            (name, placeholder) -> {
              var tensor = batch.tensors().get(name);
              if (tensor == null) {
                throw new IllegalArgumentException(
                    "the batch has no %s; it has %s".formatted(name, batch.tensors().keySet()));
              }
              runner.feed(placeholder, tensor);
            });
    return runner;
  }

  private static double scalar(org.tensorflow.Result result, int index) {
    return ((TFloat32) result.get(index)).getFloat();
  }

  /** The model's parameters. */
  public Variables weights() {
    return weights;
  }

  /** The optimiser's state. */
  public Variables optimizerState() {
    return optimizerState;
  }

  /** The moving averages of what is trained, if they are kept. */
  public Optional<Variables> averages() {
    return Optional.ofNullable(averages);
  }

  /** What training is for: the averaged weights if an average is kept, else the weights. */
  public WeightSource trained() {
    return averages == null ? weights : MovingAverage.over(weights, averages);
  }

  /** What is trained. */
  public ParamPlan plan() {
    return plan;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
