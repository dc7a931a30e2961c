package org.maejava.eval.run;

import com.google.common.base.Ticker;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.maejava.cluster.Workers;
import org.maejava.config.Experiments;
import org.maejava.config.TrainingLength;
import org.maejava.data.DataPlan;
import org.maejava.data.flow.Dataset;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.task.LabelledTask;
import org.maejava.eval.task.Task;
import org.maejava.model.PatchGrid;
import org.maejava.model.ResizedPositions;
import org.maejava.proto.CheckpointState;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.RunRecord;
import org.maejava.proto.UnreadableImage;
import org.maejava.train.Batch;
import org.maejava.train.Checkpoint;
import org.maejava.train.CheckpointPolicy;
import org.maejava.train.Checkpointing;
import org.maejava.train.Trainer;
import org.maejava.train.TrainingGraph;
import org.maejava.train.TrainingObserver;
import org.maejava.train.Variables;
import org.maejava.weights.WeightSource;
import org.tensorflow.proto.StepStats;

/**
 * One training, from recipe and data to a record. It owns the graph: the weights can be read until
 * it is closed.
 */
public final class TrainingRun implements AutoCloseable {

  private final Experiment experiment;
  private final ImageSet data;
  private final Machine machine;
  private final Origin origin;
  private final Surroundings surroundings;
  private final Task task;
  private final TrainingGraph graph;
  private final DataPlan plan;
  private final Trainer trainer;
  private final RunNotes notes = new RunNotes();

  /**
   * What a run has beside its recipe.
   *
   * @param checkpoints empty for a run that is not worth resuming
   * @param observers told of every step
   * @param stop asked after every update, and every batch of an evaluation
   */
  public record Surroundings(
      Optional<CheckpointPolicy> checkpoints,
      List<TrainingObserver> observers,
      BooleanSupplier stop) {

    /** No checkpoints, nobody watching. */
    public static Surroundings none() {
      return new Surroundings(Optional.empty(), List.of(), () -> false);
    }
  }

  /**
   * Builds graph and data pipeline with initialised parameters.
   *
   * @param experiment a checked recipe; the run's is the one {@link TrainingLength#forImages} makes
   *     of it
   * @param machine to compute on
   * @param origin for the record
   * @throws IllegalArgumentException if the data do not fit the recipe
   * @throws org.maejava.data.source.DataException if they cannot be used for its task
   */
  public TrainingRun(
      Experiment experiment,
      ImageSet data,
      Machine machine,
      Origin origin,
      Surroundings surroundings) {
    this.machine = machine;
    this.origin = origin;
    this.surroundings = surroundings;
    int classes = data.training().classes().size();
    this.data = Task.of(experiment, classes).select(data);
    this.experiment =
        TrainingLength.forImages(
            experiment, this.data.training().size(), machine.workers().count());
    task = Task.of(shareOf(this.experiment, machine.workers()), classes);
    var training = this.experiment.getTraining();
    plan =
        new DataPlan(
            experiment.getData(), experiment.getModel(), training.getSeed(), machine.threads());
    int stepsPerEpoch = DataPlan.updatesPerEpoch(this.data.training(), training);
    int parts = machine.parts(share());
    graph =
        new TrainingGraph(
            (tf, params) -> task.objective(tf, params, parts),
            task::plan,
            training,
            machine.trainingSession(parts),
            machine.kernels(),
            machine.workers());
    try {
      trainer =
          new Trainer(
              graph,
              training,
              stepsPerEpoch,
              surroundings
                  .checkpoints()
                  .map(Checkpointing.class::cast)
                  .orElseGet(Checkpointing::none),
              CheckpointState.newBuilder()
                  .setSeed(training.getSeed())
                  .setExperiment(this.experiment)
                  .setFingerprint(Experiments.fingerprint(this.experiment))
                  .setDataDigest(this.data.describe().getDigest())
                  .build(),
              observers(),
              Ticker.systemTicker());
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** Those who watch; before them all workers tell each other what they could not read. */
  private List<TrainingObserver> observers() {
    var all = new ArrayList<TrainingObserver>();
    all.add(
        new TrainingObserver() {
          @Override
          public void onCheckpointDue() {
            shareUnreadable(data.training());
          }
        });
    all.addAll(surroundings.observers());
    return all;
  }

  private void shareUnreadable(Source source) {
    if (machine.workers().count() == 1) {
      return;
    }
    var mine = RunRecord.newBuilder().addAllUnreadable(plan.unreadable(source)).build();
    for (var said : machine.workers().gather(mine.toByteArray())) {
      try {
        plan.add(source, RunRecord.parseFrom(said).getUnreadableList());
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("another worker's list of unreadable images", e);
      }
    }
  }

  /** The recipe of what this worker computes: its batch is a share of the recipe's. */
  private static Experiment shareOf(Experiment experiment, Workers workers) {
    int batch = experiment.getTraining().getBatchSize();
    if (batch % workers.count() != 0) {
      throw new IllegalArgumentException(
          "training.batch_size %d cannot be shared out to %d workers; it must be a multiple of %d"
              .formatted(batch, workers.count(), workers.count()));
    }
    var share = experiment.toBuilder();
    share.getTrainingBuilder().setBatchSize(batch / workers.count());
    return share.build();
  }

  /** Images of a batch that are this worker's. */
  private int share() {
    return experiment.getTraining().getBatchSize() / machine.workers().count();
  }

  /**
   * Finds out before training what would keep checkpoints from being written later.
   *
   * @throws IOException naming the folder and what it lacks
   */
  public void probe() throws IOException {
    if (surroundings.checkpoints().isPresent()) {
      surroundings.checkpoints().get().probe(checkpointBytes());
    }
  }

  private long checkpointBytes() {
    long average = graph.averages().isPresent() ? size(graph.weights()) : 0;
    return 4 * (size(graph.weights()) + size(graph.optimizerState()) + average);
  }

  private static long size(Variables variables) {
    return variables.shapes().values().stream().mapToLong(WeightSource::count).sum();
  }

  /**
   * Starts from a pre-trained encoder, see {@link Takeover}. Positions of another square grid are
   * interpolated.
   *
   * @throws IllegalArgumentException if there are positions of another grid, not square
   * @throws org.maejava.weights.WeightMismatchException listing everything else that does not fit
   */
  public void startFrom(String name, WeightSource pretrained) {
    var takeover = Takeover.of(experiment);
    graph
        .weights()
        .restore(
            name,
            ResizedPositions.toFit(name, pretrained, PatchGrid.of(model())),
            takeover.mayMiss(),
            takeover.mayIgnore());
    notes.startedFrom(name);
  }

  /** What its record says beside what training knows. */
  public RunNotes notes() {
    return notes;
  }

  /** Outputs of the head; 0 without labels. */
  int classes() {
    return task instanceof LabelledTask ? data.training().classes().size() : 0;
  }

  /**
   * Goes on from a checkpoint.
   *
   * @param before what was recorded of the run so far
   * @throws IllegalArgumentException if it belongs to another recipe or other data
   */
  public void resume(Checkpoint checkpoint, RunRecord before) throws IOException {
    trainer.resume(checkpoint);
    plan.restore(data.training(), before.getUnreadableList());
    notes.goOn(before, trainer.step());
  }

  /**
   * Trains to the end, or until asked to stop.
   *
   * @throws StoppedException if that comes before the first step
   */
  public Trainer.Outcome train() throws IOException {
    if (trainer.step() == 0) {
      fit();
    }
    // Initial values and restored ones went through Java's heap, which would stay as large beside
    // TensorFlow's memory, of which Java's collector knows nothing.
    System.gc();
    try (var batches = batches().open(trainer.position())) {
      return trainer.run(batches, surroundings.stop());
    }
  }

  /** From now on every operation is timed, see {@link TrainingGraph#trace}. */
  public void trace(Consumer<StepStats> tracer) {
    graph.trace(tracer);
  }

  /** To the same whole batches on every worker. */
  private void fit() {
    int whole = experiment.getTraining().getBatchSize();
    try (var batches = task.batches(plan, data, whole).open()) {
      task.fit(untilStopped(batches, "before the first step"))
          .ifPresent(
              fitted ->
                  graph
                      .weights()
                      .restore(
                          "what is fitted to the data",
                          fitted,
                          name -> !fitted.shapes().containsKey(name),
                          name -> false));
    }
  }

  /** Whether it is to stop. */
  public boolean isAskedToStop() {
    return surroundings.stop().getAsBoolean();
  }

  private Iterator<Batch> untilStopped(Iterator<Batch> batches, String doing) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return batches.hasNext();
      }

      @Override
      public Batch next() {
        if (isAskedToStop()) {
          throw new StoppedException(doing);
        }
        return batches.next();
      }
    };
  }

  private Dataset<Batch> batches() {
    var workers = machine.workers();
    return task.batches(plan.shard(workers.index(), workers.count()), data, share());
  }

  /**
   * How well the trained classifier does on the evaluation half, every image counted once. Several
   * workers share the images out and all have the answers, so all must be asked.
   *
   * @throws IllegalStateException if the task has no labels
   * @throws StoppedException if asked to stop
   */
  public Accuracy evaluate() {
    return evaluate(answer -> {});
  }

  /**
   * As {@link #evaluate()}.
   *
   * @param each is told of every answer, in the order of the images
   */
  public Accuracy evaluate(Consumer<Answer> each) {
    if (!(task instanceof LabelledTask labelled)) {
      throw new IllegalStateException("without labels there is no accuracy");
    }
    var accuracy =
        Evaluations.run(labelled, data, plan, graph.trained(), machine, surroundings.stop(), each);
    shareUnreadable(data.evaluation());
    return accuracy;
  }

  /** The record so far, without evaluation. */
  public RunRecord.Builder record() {
    var training = experiment.getTraining();
    // As recorded, until there are steps beyond: the checkpoint's time ends before it was written.
    double seconds = notes.secondsAt(trainer.step()).orElseGet(trainer::seconds);
    double images =
        (double) trainer.step() * training.getBatchSize() * training.getAccumulationSteps();
    var record =
        RunRecord.newBuilder()
            .setCommand(origin.command())
            .setRecipe(origin.recipe())
            .setExperiment(experiment)
            .setFingerprint(Experiments.fingerprint(experiment))
            .setData(data.describe())
            .setProvenance(origin.provenance(machine))
            .addAllCurve(trainer.curve())
            .setSeconds(seconds)
            .setImagesPerSecond(seconds > 0 ? images / seconds : 0)
            .setParameters(size(graph.weights()))
            .setTrainedParameters(graph.plan().size())
            .addAllUnreadable(unreadable())
            .addAllRewinds(trainer.rewinds())
            .setSteps(trainer.step())
            .setTotalSteps(trainer.totalSteps())
            .setFrozenParameters(trainer.frozenParameters());
    notes.into(record);
    return record;
  }

  /**
   * The images of both halves that could not be read so far, before a resumed run stopped too;
   * those of other workers' shares as of the last checkpoint.
   */
  public List<UnreadableImage> unreadable() {
    return plan.unreadable();
  }

  /** The trained parameters; their moving average if the recipe keeps one. */
  public WeightSource weights() {
    return graph.trained();
  }

  /** The loss curve so far. */
  public List<CurvePoint> curve() {
    return trainer.curve();
  }

  /** The recipe, in epochs. */
  public Experiment experiment() {
    return experiment;
  }

  /** What is trained. */
  public ModelConfig model() {
    return experiment.getModel();
  }

  /** Updates done. */
  public int step() {
    return trainer.step();
  }

  /** Updates of the whole run. */
  public int totalSteps() {
    return trainer.totalSteps();
  }

  @Override
  public void close() {
    graph.close();
  }
}
