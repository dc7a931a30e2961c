package org.maejava.train;

import com.google.common.collect.Iterables;
import com.google.common.collect.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.maejava.cluster.Workers;
import org.maejava.nn.Kernels;
import org.maejava.nn.Params;
import org.maejava.optim.GradientNorm;
import org.maejava.optim.Optimizer;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.maejava.weights.WeightSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.StepStats;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Loss, gradients and update of one model in one session.
 *
 * <p>{@link Gradients} tells how an update's batches become its gradients, {@link Averaging}
 * whether averages of the weights are kept.
 */
public final class TrainingGraph implements AutoCloseable {

  private final Graph graph = new Graph();
  private final Session session;
  private final Calls calls;
  private final ParamPlan plan;
  private final Gradients gradients;
  private final Operand<TFloat64> rate;
  private final Operand<TFloat64> step;
  private final Operand<TFloat32> leaving;
  private final Operand<TFloat32> report;
  private final Op update;
  private final Averaging averaging;
  private final Variables weights;
  private final Variables optimizerState;
  private final Variables averages;
  private final Workers workers;
  private final Supplier<Long> digest;

  /**
   * What an update reports.
   *
   * @param loss mean over the micro-batches, before the update
   * @param gradientNorm joint L2 norm before clipping
   * @param stopped whether this worker or another is asked to stop after it
   */
  public record StepResult(double loss, double gradientNorm, boolean stopped) {

    /** Whether training can go on from here. */
    boolean isFinite() {
      return Double.isFinite(loss) && Double.isFinite(gradientNorm);
    }
  }

  /** As the other constructor, on processors. */
  public TrainingGraph(
      BiFunction<Ops, Params, Objective> build,
      Function<List<Params.Param>, ParamPlan> planOf,
      TrainingConfig training,
      ConfigProto config) {
    this(build, planOf, training, config, Kernels.forTrainingOnProcessors(), Workers.alone());
  }

  /**
   * Builds the graph; weights and optimiser state have no values until {@link #initialise} or until
   * they are restored.
   *
   * @param build from graph and parameters to what is made small
   * @param planOf from all parameters to those that are trained
   * @param training a checked recipe
   * @param config threads and devices
   * @param kernels that suit the device
   * @param workers who train on the other shares of a batch; gradients, loss and statistics are
   *     means over all
   */
  public TrainingGraph(
      BiFunction<Ops, Params, Objective> build,
      Function<List<Params.Param>, ParamPlan> planOf,
      TrainingConfig training,
      ConfigProto config,
      Kernels kernels,
      Workers workers) {
    this.workers = workers;
    var tf = Ops.create(graph);
    var type = training.hasBfloat16() ? TBfloat16.class : TFloat32.class;
    var params = Params.in(tf, type, kernels, workers);
    var objective = build.apply(tf, params);
    plan = planOf.apply(params.all());
    rate = tf.withName("rate").placeholder(TFloat64.class);
    step = tf.withName("step").placeholder(TFloat64.class);
    leaving = tf.withName("leaving").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

    gradients = Gradients.of(tf, objective, plan, training.getAccumulationSteps(), kernels);
    var wire = training.hasBfloat16Gradients() ? TBfloat16.class : TFloat32.class;
    var values = workers.mean(tf, gradients.values(), wire);
    var gradientNorm = GradientNorm.of(tf, values);
    report = tf.stack(List.of(gradientNorm, workers.mean(tf, List.of(leaving)).get(0)));
    var slots = Params.in(tf);
    var optimizer = Optimizer.of(training);
    var updates =
        new ArrayList<>(
            optimizer.updates(tf, slots, moves(tf, training, values, gradientNorm), rate, step));
    updates.addAll(gradients.besides(tf, List.copyOf(updates)));
    averaging = Averaging.of(tf, training, params.all(), plan, List.copyOf(updates));
    updates.addAll(averaging.moves());
    update = tf.withControlDependencies(updates).noOp();

    var loss = workers.mean(tf, List.of(objective.loss())).get(0);
    session = workers.session(graph, config);
    calls = new Calls(session, objective, loss, workers);
    weights = new Variables(tf, session, params.all());
    optimizerState = new Variables(tf, session, slots.all());
    averages = new Variables(tf, session, averaging.variables());
    new Variables(tf, session, gradients.variables()).initialise(new Draws(0));
    digest =
        workers.count() == 1
            ? () -> 0L
            : Digest.of(
                tf, session, Iterables.concat(params.all(), slots.all(), averaging.variables()));
  }

  /** Every planned parameter with its gradient, clipped if the recipe says so. */
  private List<Optimizer.Update> moves(
      Ops tf, TrainingConfig training, List<Operand<TFloat32>> values, Operand<TFloat32> norm) {
    var moves =
        training.hasGradientClip()
            ? GradientNorm.clip(tf, values, norm, training.getGradientClip())
            : values;
    return Streams.zip(plan.entries().stream(), moves.stream(), Optimizer.Update::new).toList();
  }

  /** Initial values for everything: each parameter from a generator of its own. */
  public void initialise(Draws draws) {
    weights.initialise(draws);
    optimizerState.initialise(draws);
    startAverage();
  }

  /** Makes the moving average, if one is kept, what the weights are: before the first update. */
  void startAverage() {
    averaging.start(session);
  }

  /**
   * One update.
   *
   * @param batches one for each accumulation step; they stay the caller's
   * @param rateNow the schedule's rate
   * @param stepNow this update's number, from 1
   */
  public StepResult step(List<Batch> batches, double rateNow, int stepNow) {
    return step(batches, rateNow, stepNow, () -> false).orElseThrow();
  }

  /**
   * As above, unless asked to stop between two batches: then weights, optimiser and averages are as
   * before. Of several workers none stops within an update; all learn from it that one is asked to.
   *
   * @param stop asked between batches
   * @return empty if stopped
   */
  Optional<StepResult> step(
      List<Batch> batches, double rateNow, int stepNow, BooleanSupplier stop) {
    if (batches.size() != gradients.batches()) {
      throw new IllegalArgumentException(
          "an update takes %d batches, not %d".formatted(gradients.batches(), batches.size()));
    }
    boolean several = workers.count() > 1;
    try (var leavingTensor = TFloat32.scalarOf(several && stop.getAsBoolean() ? 1 : 0);
        var rateTensor = TFloat64.scalarOf(rateNow);
        var stepTensor = TFloat64.scalarOf(stepNow)) {
      return gradients.step(
          batches,
          calls,
          call ->
              call.feed(rate, rateTensor)
                  .feed(step, stepTensor)
                  .feed(leaving, leavingTensor)
                  .fetch(report)
                  .addTarget(update),
          workers.alone(stop));
    }
  }

  /**
   * From now on TensorFlow times every operation of every update, which slows it down.
   *
   * @param tracer is told of each call, of which an update has one for each batch and, with
   *     several, one more
   */
  public void trace(Consumer<StepStats> tracer) {
    calls.trace(tracer);
  }

  /** Who train on the other shares of a batch. */
  Workers workers() {
    return workers;
  }

  /**
   * A number that differs if a value of the weights, the optimiser's state or the averages does.
   */
  long digest() {
    return digest.get();
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
    return Optional.of(averages).filter(kept -> !kept.shapes().isEmpty());
  }

  /** What training is for: the averaged weights if an average is kept, else the weights. */
  public WeightSource trained() {
    return new AveragedWeights(weights, averages);
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
