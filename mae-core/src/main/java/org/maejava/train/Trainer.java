package org.maejava.train;

import com.google.common.base.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.maejava.cluster.Workers;
import org.maejava.config.RecipeDiff;
import org.maejava.optim.Schedule;
import org.maejava.proto.CheckpointState;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.Position;
import org.maejava.proto.Rewind;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.maejava.weights.NonFiniteWeightsException;

/**
 * The loop: takes batches, runs updates at the schedule's rate, tells observers, writes
 * checkpoints. It knows neither what is trained nor where batches come from.
 */
public final class Trainer {

  private static final int CURVE_POINTS = 200;

  private final TrainingGraph graph;
  private final Workers workers;
  private final Schedule schedule;
  private final int accumulationSteps;
  private final int stepsPerEpoch;
  private final int totalSteps;
  private final Checkpointing checkpoints;
  private final CheckpointState identity;
  private final List<TrainingObserver> observers;
  private final Ticker ticker;
  private final Curve curve;

  private int step;
  private int checkpointedStep = -1;
  private boolean stopped;
  private Position position = Position.getDefaultInstance();
  private List<Rewind> rewinds = List.of();
  private double secondsBefore;
  private Optional<FrozenParameters> frozen = Optional.empty();

  /** How a run ended. */
  public enum Outcome {
    /** All epochs are done. */
    FINISHED,
    /** It was asked to stop; a checkpoint holds where. */
    STOPPED
  }

  /**
   * A trainer at step 0 with initialised parameters.
   *
   * @param training a checked recipe, in epochs
   * @param stepsPerEpoch updates in a pass over the data
   * @param checkpoints where and how often, if at all
   * @param identity what every checkpoint says of its run: recipe, seed, data
   */
  public Trainer(
      TrainingGraph graph,
      TrainingConfig training,
      int stepsPerEpoch,
      Checkpointing checkpoints,
      CheckpointState identity,
      List<TrainingObserver> observers,
      Ticker ticker) {
    if (training.hasImagePasses() || training.hasWarmupShare()) {
      throw new IllegalArgumentException(
          "training.image_passes and warmup_share must be epochs by now, see TrainingLength.forImages");
    }
    this.graph = graph;
    this.workers = graph.workers();
    this.schedule = Schedule.of(training);
    this.accumulationSteps = training.getAccumulationSteps();
    this.stepsPerEpoch = stepsPerEpoch;
    this.totalSteps = Math.multiplyExact(stepsPerEpoch, training.getEpochs());
    this.checkpoints = checkpoints;
    this.identity = identity;
    this.observers = List.copyOf(observers);
    this.ticker = ticker;
    this.curve = new Curve(Math.max(1, totalSteps / CURVE_POINTS));
    graph.initialise(new Draws(training.getSeed()));
  }

  /**
   * Goes on where a checkpoint stands: parameters, optimiser, step, position, curve.
   *
   * @throws IOException if its files cannot be read
   * @throws IllegalArgumentException if it belongs to another recipe or other data
   */
  public void resume(Checkpoint checkpoint) throws IOException {
    var state = checkpoint.state();
    var problems = new ArrayList<String>();
    var differences = RecipeDiff.betweenRuns(state.getExperiment(), identity.getExperiment());
    if (!differences.isEmpty()) {
      problems.add("of the recipe " + RecipeDiff.sinceThen(differences));
    }
    if (!state.getDataDigest().equals(identity.getDataDigest())) {
      problems.add("the images are others, or have changed since");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "%s cannot be resumed: %s; use the recipe and data it was started with, or another --out"
              .formatted(checkpoint.folder(), String.join("; ", problems)));
    }
    restore(checkpoint);
    step = state.getStep();
    rewinds = state.getRewindsList();
    checkpointedStep = step;
    position = positionOf(state);
    secondsBefore = state.getSeconds();
    curve.restore(state.getCurveList());
    // Checkpoints of early versions have none.
    frozen = Optional.of(new FrozenParameters(state.getFrozenMap())).filter(f -> f.count() > 0);
  }

  /** This worker's own, if there were as many and their data went on at different places. */
  private Position positionOf(CheckpointState state) {
    return state.getPositionsCount() == workers.count()
        ? state.getPositions(workers.index())
        : state.getPosition();
  }

  private void restore(Checkpoint checkpoint) throws IOException {
    var name = checkpoint.folder().toString();
    try (var weights = checkpoint.weights();
        var optimizer = checkpoint.optimizer()) {
      graph.weights().restore(name, weights, n -> false, n -> false);
      graph.optimizerState().restore(name, optimizer, n -> false, n -> false);
    }
    if (graph.averages().isPresent()) {
      try (var average = checkpoint.average().orElseThrow()) {
        graph.averages().get().restore(name, average, n -> false, n -> true);
      }
    }
  }

  /**
   * Trains to the end or until asked to stop.
   *
   * @param batches from {@link #position} on, endless
   * @param stop asked after every update, and between the batches of one, which is then given up
   * @throws IOException if a checkpoint cannot be written; earlier ones are whole
   * @throws RuntimeException whatever the batches throw; the updates before are in a checkpoint
   *     then
   * @throws NonFiniteLossException at the first loss or gradient that is not finite, or where
   *     weights that are not would become a checkpoint
   * @throws IllegalStateException naming the frozen parameters whose bytes are not what they were
   */
  public Outcome run(Iterator<Batch> batches, BooleanSupplier stop) throws IOException {
    long start = ticker.read();
    if (step == 0) {
      graph.startAverage();
    }
    if (frozen.isEmpty()) {
      frozen = Optional.of(FrozenParameters.of(graph));
    }
    agree();
    stopped = false;
    var stopAlone = workers.alone(stop);
    while (step < totalSteps && !stopped && !stopAlone.getAsBoolean()) {
      var made = update(batches, stop, start);
      if (made.isEmpty()) {
        break;
      }
      var progress = made.get();
      boolean due = checkpoints.isDue(step, totalSteps);
      observers.forEach(observer -> observer.onStep(progress));
      curve
          .add(progress, due)
          .ifPresent(point -> observers.forEach(observer -> observer.onCurvePoint(point)));
      if (due) {
        checkpoint(secondsSince(start));
      }
    }
    if (checkpointedStep != step) {
      checkpoint(secondsSince(start));
    }
    secondsBefore += secondsSince(start);
    return step < totalSteps ? Outcome.STOPPED : Outcome.FINISHED;
  }

  /** The next batch; images that cannot be had say nothing against the updates before. */
  private Batch next(Iterator<Batch> batches, long start) {
    try {
      return batches.next();
    } catch (RuntimeException failure) {
      if (workers.count() == 1 && checkpointedStep != step && step > 0) {
        try {
          checkpoint(secondsSince(start));
        } catch (IOException | RuntimeException e) {
          failure.addSuppressed(e);
        }
      }
      throw failure;
    }
  }

  /** Empty if it was given up between two of its batches. */
  private Optional<TrainingObserver.Progress> update(
      Iterator<Batch> batches, BooleanSupplier stop, long start) {
    double epoch = step / (double) stepsPerEpoch;
    double rate = schedule.rate(epoch) * rateScale();
    var micro = new ArrayList<Batch>();
    try {
      long asked = ticker.read();
      for (int i = 0; i < accumulationSteps; i++) {
        if (i > 0 && workers.alone(stop).getAsBoolean()) {
          return Optional.empty();
        }
        micro.add(next(batches, start));
      }
      double waited = secondsSince(asked);
      var made = graph.step(micro, rate, step + 1, stop);
      if (made.isEmpty()) {
        return Optional.empty();
      }
      var result = made.get();
      if (!result.isFinite()) {
        var kept = checkpoints.keepOffending(step + 1, micro);
        throw NonFiniteLossException.at(step + 1, result, rate, micro, kept, checkpointedStep);
      }
      stopped = result.stopped();
      step++;
      position = micro.get(micro.size() - 1).next();
      int images = micro.stream().mapToInt(Batch::size).sum() * workers.count();
      return Optional.of(
          new TrainingObserver.Progress(
              step,
              totalSteps,
              step / (double) stepsPerEpoch,
              result.loss(),
              rate,
              result.gradientNorm(),
              images,
              waited));
    } finally {
      micro.forEach(Batch::close);
    }
  }

  private double rateScale() {
    return rewinds.stream().mapToDouble(Rewind::getRateScale).reduce(1, (a, b) -> a * b);
  }

  private void checkpoint(double seconds) throws IOException {
    frozen.ifPresent(before -> before.requireUnchanged(graph));
    var positions = agree();
    observers.forEach(TrainingObserver::onCheckpointDue);
    if (!workers.isChief()) {
      checkpointedStep = step;
      return;
    }
    var state =
        identity.toBuilder()
            .setStep(step)
            .setPosition(position)
            .clearPositions()
            .addAllPositions(positions)
            .clearCurve()
            .addAllCurve(curve.points())
            .setSeconds(secondsBefore + seconds)
            .addAllRewinds(rewinds)
            .putAllFrozen(frozen.map(FrozenParameters::digests).orElse(Map.of()))
            .build();
    var written = written(state);
    if (written.isPresent()) {
      checkpointedStep = step;
      observers.forEach(observer -> observer.onCheckpoint(written.get().folder()));
      checkpoints.prune();
    }
  }

  private Optional<Checkpoint> written(CheckpointState state) throws IOException {
    try {
      return checkpoints.write(state, graph);
    } catch (NonFiniteWeightsException e) {
      throw NonFiniteLossException.after(step, e, checkpointedStep);
    }
  }

  /**
   * Makes sure that all workers hold the same weights at the same step.
   *
   * @return where the data go on, by worker; none if at the same place for all
   * @throws IllegalStateException naming a worker that differs from the first
   */
  private List<Position> agree() {
    if (workers.count() == 1) {
      return List.of();
    }
    var said =
        workers.gather(new long[] {step, graph.digest(), position.getEpoch(), position.getIndex()});
    var positions = new ArrayList<Position>();
    for (int worker = 0; worker < said.length; worker++) {
      if (said[worker][0] != said[0][0] || said[worker][1] != said[0][1]) {
        throw new IllegalStateException(
            "worker %d has other weights at step %d than worker 0 at step %d: digests %08x, %08x"
                .formatted(worker, said[worker][0], said[0][0], said[worker][1], said[0][1]));
      }
      positions.add(
          Position.newBuilder()
              .setEpoch((int) said[worker][2])
              .setIndex((int) said[worker][3])
              .build());
    }
    return positions.stream().distinct().count() == 1 ? List.of() : positions;
  }

  private double secondsSince(long start) {
    return (ticker.read() - start) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /** Where the data go on. */
  public Position position() {
    return position;
  }

  /** Updates done. */
  public int step() {
    return step;
  }

  /** Updates of the whole run. */
  public int totalSteps() {
    return totalSteps;
  }

  /** Training time, that before a resumed checkpoint included. */
  public double seconds() {
    return secondsBefore;
  }

  /** Every time the run was taken back to an earlier checkpoint. */
  public List<Rewind> rewinds() {
    return rewinds;
  }

  /** Parameters that stay as they are, and were compared at the end; 0 before the first step. */
  public int frozenParameters() {
    return frozen.map(FrozenParameters::count).orElse(0);
  }

  /** The loss curve so far. */
  public List<CurvePoint> curve() {
    return curve.points();
  }
}
