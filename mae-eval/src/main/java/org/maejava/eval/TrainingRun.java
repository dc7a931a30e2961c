package org.maejava.eval;

import com.google.common.base.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.maejava.config.Experiments;
import org.maejava.data.DataPlan;
import org.maejava.data.DataSpec;
import org.maejava.data.Dataset;
import org.maejava.data.source.FewLabels;
import org.maejava.model.PatchGrid;
import org.maejava.model.ResizedPositions;
import org.maejava.model.VitNames;
import org.maejava.proto.CheckpointState;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Pooling;
import org.maejava.proto.RunRecord;
import org.maejava.proto.UnreadableImage;
import org.maejava.train.Batch;
import org.maejava.train.Checkpoint;
import org.maejava.train.CheckpointPolicy;
import org.maejava.train.Checkpointing;
import org.maejava.train.PcaBasis;
import org.maejava.train.Trainer;
import org.maejava.train.TrainingGraph;
import org.maejava.train.TrainingObserver;
import org.maejava.train.Variables;
import org.maejava.weights.WeightSource;

/**
 * One training, pre-training or classification, from recipe and data to a record. It owns the
 * graph: the weights can be read until it is closed.
 */
public final class TrainingRun implements AutoCloseable {

  private final Experiment experiment;
  private final DataSpec data;
  private final RunRecords records;
  private final TrainingGraph graph;
  private final DataPlan plan;
  private final Trainer trainer;
  private final Surroundings surroundings;
  private final ImageCounter images = new ImageCounter();

  /**
   * What a run has beside its recipe.
   *
   * @param checkpoints empty for a run that is not worth resuming
   * @param observers told of every step
   * @param stop asked after every update
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
   * @param records says what the record says of this run's surroundings
   * @throws IllegalArgumentException if the data do not fit the recipe
   * @throws IOException if checkpoints could not be written
   */
  public TrainingRun(
      Experiment experiment, DataSpec data, RunRecords records, Surroundings surroundings)
      throws IOException {
    this.experiment = experiment;
    this.data = limited(experiment, data);
    this.records = records;
    this.surroundings = surroundings;
    var training = experiment.getTraining();
    plan =
        new DataPlan(
            experiment.getData(),
            experiment.getModel(),
            training.getSeed(),
            records.machine().threads());
    int stepsPerEpoch = stepsPerEpoch();
    graph =
        new Assembly(experiment, records.machine()).training(this.data.training().classes().size());
    try {
      if (surroundings.checkpoints().isPresent()) {
        surroundings.checkpoints().get().probe(checkpointBytes());
      }
      var observers = new ArrayList<>(surroundings.observers());
      observers.add(images);
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
                  .setExperiment(experiment)
                  .setFingerprint(Experiments.fingerprint(experiment))
                  .setDataDigest(this.data.describe().getDigest())
                  .build(),
              observers,
              Ticker.systemTicker());
    } catch (IOException | RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** The labelled images that the recipe asks for; a classifier needs labels at all. */
  private static DataSpec limited(Experiment experiment, DataSpec data) {
    if (experiment.hasPretraining()) {
      return data;
    }
    data.requireLabelled();
    if (!experiment.getData().hasLabelledImages()) {
      return data;
    }
    var few =
        FewLabels.balanced(
            data.training(),
            experiment.getData().getLabelledImages(),
            experiment.getTraining().getSeed());
    return new DataSpec(data.spec(), few, data.evaluation());
  }

  private int stepsPerEpoch() {
    var training = experiment.getTraining();
    int batches = DataPlan.batchesPerEpoch(data.training(), training.getBatchSize());
    int steps = batches / training.getAccumulationSteps();
    if (steps == 0) {
      throw new IllegalArgumentException(
          "%d training images do not fill one update of training.batch_size %d x training.accumulation_steps %d; lower them with --set 'training { batch_size: %d }'"
              .formatted(
                  data.training().size(),
                  training.getBatchSize(),
                  training.getAccumulationSteps(),
                  Math.max(1, data.training().size() / training.getAccumulationSteps())));
    }
    return steps;
  }

  private long checkpointBytes() {
    long average = graph.averages().isPresent() ? size(graph.weights()) : 0;
    return 4 * (size(graph.weights()) + size(graph.optimizerState()) + average);
  }

  private static long size(Variables variables) {
    return variables.shapes().values().stream()
        .mapToLong(shape -> shape.stream().mapToLong(n -> n).reduce(1, (a, b) -> a * b))
        .sum();
  }

  /**
   * Starts from a pre-trained encoder: the head and the norm behind average pooling stay new, the
   * decoder is left behind. Positions of another square grid are interpolated.
   *
   * @throws IllegalArgumentException if there are positions of another grid, not square
   * @throws org.maejava.weights.WeightMismatchException listing everything else that does not fit
   */
  public void startFrom(String name, WeightSource pretrained) {
    boolean average = experiment.getClassification().getPooling() == Pooling.AVERAGE;
    graph
        .weights()
        .restore(
            name,
            ResizedPositions.toFit(name, pretrained, PatchGrid.of(model())),
            missing -> VitNames.isHead(missing) || (average && missing.startsWith("fc_norm.")),
            extra -> VitNames.isDecoder(extra) || (average && extra.startsWith("norm.")));
    records.startedFrom(name);
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
    if (before.hasInitialWeights()) {
      records.startedFrom(before.getInitialWeights());
    }
  }

  /** Trains to the end, or until asked to stop. */
  public Trainer.Outcome train() throws IOException {
    if (trainer.step() == 0 && experiment.getModel().hasPca()) {
      fitTarget();
    }
    try (var batches = batches().open(trainer.position())) {
      return trainer.run(batches, surroundings.stop());
    }
  }

  /** The components that the target projects on, from the images that training sees first. */
  private void fitTarget() {
    var pca = experiment.getModel().getPca();
    try (var batches = batches().open()) {
      var basis =
          PcaBasis.fit(
              PatchGrid.of(experiment.getModel()),
              batches,
              pca.getSampleImages(),
              pca.getCoefficients());
      graph
          .weights()
          .restore("the PCA basis", basis, name -> !VitNames.isTarget(name), name -> false);
    }
  }

  private Dataset<Batch> batches() {
    int batchSize = experiment.getTraining().getBatchSize();
    return experiment.hasPretraining()
        ? plan.pretraining(data.training(), batchSize)
        : plan.classification(
            data.training(), batchSize, experiment.getClassification().getLabelSmoothing());
  }

  /** How well the trained classifier does on the evaluation half, every image counted once. */
  public Accuracy evaluate() {
    return Evaluations.run(experiment, data, plan, graph.trained(), records.machine());
  }

  /** The record so far, without evaluation. */
  public RunRecord.Builder record() {
    return records
        .describe(experiment, data)
        .addAllCurve(trainer.curve())
        .setSeconds(trainer.seconds())
        .setImagesPerSecond(images.perSecond(trainer.seconds()))
        .setParameters(size(graph.weights()))
        .setTrainedParameters(graph.plan().size())
        .addAllUnreadable(unreadable())
        .addAllRewinds(trainer.rewinds());
  }

  /** The images of both halves that could not be read so far, before a resumed run stopped too. */
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
