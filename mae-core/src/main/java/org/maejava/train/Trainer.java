package org.maejava.train;

import com.google.common.base.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.maejava.optim.Schedule;
import org.maejava.proto.CheckpointState;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.Position;
import org.maejava.proto.Rewind;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;

/**
 * The loop: takes batches, runs updates at the schedule's rate, tells observers, writes
 * checkpoints. It knows neither what is trained nor where batches come from.
 */
public final class Trainer {

  private static final int CURVE_POINTS = 200;

  private final TrainingGraph graph;
  private final Schedule schedule;
  private final int accumulationSteps;
  private final int stepsPerEpoch;
  private final int totalSteps;
  private final CheckpointPolicy checkpoints; // null: none are written
  private final CheckpointState identity;
  private final List<TrainingObserver> observers;
  private final Ticker ticker;
  private final Curve curve;

  private int step;
  private int checkpointedStep = -1;
  private Position position = Position.getDefaultInstance();
  private List<Rewind> rewinds = List.of();
  private double secondsBefore;

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
   * @param training a checked recipe
   * @param stepsPerEpoch updates in a pass over the data
   * @param checkpoints null for a run that is not worth resuming
   * @param identity what every checkpoint says of its run: recipe, seed, data
   */
  public Trainer(
      TrainingGraph graph,
      TrainingConfig training,
      int stepsPerEpoch,
      CheckpointPolicy checkpoints,
      CheckpointState identity,
      List<TrainingObserver> observers,
      Ticker ticker) {
    this.graph = graph;
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
    if (!state.getFingerprint().equals(identity.getFingerprint())) {
      problems.add("the recipe differs (fingerprint " + state.getFingerprint() + ")");
    }
    if (!state.getDataDigest().equals(identity.getDataDigest())) {
      problems.add("the data differ (digest " + state.getDataDigest() + ")");
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
    position = state.getPosition();
    secondsBefore = state.getSeconds();
    curve.restore(state.getCurveList());
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
   * @param stop asked after every update
   * @throws IOException if a checkpoint cannot be written; earlier ones are whole
   * @throws NonFiniteLossException at the first loss or gradient that is no number
   */
  public Outcome run(Iterator<Batch> batches, BooleanSupplier stop) throws IOException {
    long start = ticker.read();
    if (step == 0) {
      graph.startAverage();
    }
    while (step < totalSteps && !stop.getAsBoolean()) {
      var progress = update(batches);
      boolean due =
          checkpoints != null && (step % checkpoints.everySteps() == 0 || step == totalSteps);
      observers.forEach(observer -> observer.onStep(progress));
      curve
          .add(progress, due)
          .ifPresent(point -> observers.forEach(observer -> observer.onCurvePoint(point)));
      if (due) {
        checkpoint(secondsSince(start));
      }
    }
    if (checkpoints != null && checkpointedStep != step) {
      checkpoint(secondsSince(start));
    }
    secondsBefore += secondsSince(start);
    return step < totalSteps ? Outcome.STOPPED : Outcome.FINISHED;
  }

  private TrainingObserver.Progress update(Iterator<Batch> batches) {
    double epoch = step / (double) stepsPerEpoch;
    double rate = schedule.rate(epoch) * rateScale();
    var micro = new ArrayList<Batch>();
    try {
      long asked = ticker.read();
      for (int i = 0; i < accumulationSteps; i++) {
        micro.add(batches.next());
      }
      double waited = secondsSince(asked);
      var result = graph.step(micro, rate, step + 1);
      checkFinite(result, rate, micro);
      step++;
      position = micro.get(micro.size() - 1).next();
      int images = micro.stream().mapToInt(Batch::size).sum();
      return new TrainingObserver.Progress(
          step,
          totalSteps,
          step / (double) stepsPerEpoch,
          result.loss(),
          rate,
          result.gradientNorm(),
          images,
          waited);
    } finally {
      micro.forEach(Batch::close);
    }
  }

  private double rateScale() {
    return rewinds.stream().mapToDouble(Rewind::getRateScale).reduce(1, (a, b) -> a * b);
  }

  private void checkFinite(TrainingGraph.StepResult result, double rate, List<Batch> batches) {
    if (Double.isFinite(result.loss()) && Double.isFinite(result.gradientNorm())) {
      return;
    }
    var back =
        checkpointedStep < 0
            ? "there is no checkpoint to go back to"
            : "the last good checkpoint is that of step " + checkpointedStep;
    var images = batches.stream().flatMap(batch -> batch.names().stream()).limit(3).toList();
    throw new NonFiniteLossException(
        "step %d: loss %s, gradient norm %s at rate %.3g (images %s, …); %s; %s. Go on from a checkpoint with a lower rate, or lower training.base_rate, lengthen training.warmup_epochs or set training.gradient_clip"
            .formatted(
                step + 1, result.loss(), result.gradientNorm(), rate, images, kept(batches), back),
        checkpointedStep);
  }

  private String kept(List<Batch> batches) {
    if (checkpoints == null) {
      return "the batch was not kept, as this run writes no checkpoints";
    }
    try {
      return "its batch is kept as "
          + OffendingBatch.write(checkpoints.folder(), step + 1, batches);
    } catch (IOException e) {
      return "its batch could not be kept (%s)".formatted(e.getMessage());
    }
  }

  private void checkpoint(double seconds) throws IOException {
    var state =
        identity.toBuilder()
            .setStep(step)
            .setPosition(position)
            .clearCurve()
            .addAllCurve(curve.points())
            .setSeconds(secondsBefore + seconds)
            .addAllRewinds(rewinds)
            .build();
    var all = new Checkpoints(checkpoints.folder());
    var written = all.write(state, Checkpoint.files(graph));
    checkpointedStep = step;
    observers.forEach(observer -> observer.onCheckpoint(written.folder()));
    all.prune(checkpoints.keep());
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

  /** The loss curve so far. */
  public List<CurvePoint> curve() {
    return curve.points();
  }
}
