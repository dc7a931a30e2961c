package org.maejava.eval;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.maejava.model.Classifier;
import org.maejava.model.Mae;
import org.maejava.model.PatchGrid;
import org.maejava.nn.Init;
import org.maejava.nn.Linear;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.Experiment;
import org.maejava.proto.TrainingConfig;
import org.maejava.train.Batch;
import org.maejava.train.InferenceGraph;
import org.maejava.train.Objective;
import org.maejava.train.TrainingGraph;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * The composition root: from a checked recipe to graphs. The only class that sees model, parameter
 * plan and optimiser together.
 */
final class Assembly {

  /** The one function of an evaluation graph, its input and its output. */
  static final String LOGITS = "logits";

  /** The one function of a reconstruction graph; inputs are the names of {@link Batch}. */
  static final String RECONSTRUCT = "reconstruct";

  private final Experiment experiment;
  private final PatchGrid grid;
  private final Machine machine;

  Assembly(Experiment experiment, Machine machine) {
    this.experiment = experiment;
    this.machine = machine;
    grid = PatchGrid.of(experiment.getModel());
  }

  /** The graph that trains this recipe. */
  TrainingGraph training(int classes) {
    return switch (experiment.getTaskCase()) {
      case PRETRAINING ->
          trainingGraph(this::pretraining, params -> ParamPlan.pretraining(params, training()));
      case CLASSIFICATION ->
          trainingGraph(
              (tf, params) -> classification(tf, params, classes),
              params ->
                  ParamPlan.classification(
                      params, experiment.getClassification(), depth(), training()));
      case PIXEL_FLOOR ->
          trainingGraph(
              (tf, params) -> pixelFloor(tf, params, classes),
              params -> ParamPlan.pretraining(params, training()));
      case TASK_NOT_SET -> throw new IllegalArgumentException("the recipe has no task");
    };
  }

  /** The graph that classifies with what this recipe trained. */
  InferenceGraph evaluation(int classes) {
    return new InferenceGraph(
        (tf, params) -> {
          var images = images(tf, -1);
          Operand<TFloat32> logits;
          if (experiment.hasPixelFloor()) {
            logits = floorHead(params, classes).apply(tf, flat(tf, images));
          } else {
            var classifier = classifier(params, classes);
            logits = classifier.logits(tf, classifier.features(tf, images));
          }
          return List.of(
              Signature.builder()
                  .key(LOGITS)
                  .input(Batch.IMAGES, images)
                  .output(LOGITS, logits)
                  .build());
        },
        machine.session());
  }

  /**
   * The graph that rebuilds hidden patches: {@code images} and {@code noise} in, both pictures out.
   */
  InferenceGraph reconstruction() {
    return new InferenceGraph(
        (tf, params) -> {
          var images = images(tf, -1);
          var noise = input(tf, -1, grid.count());
          var rebuilt = new Mae(params, experiment.getModel()).reconstruct(tf, images, noise);
          return List.of(
              Signature.builder()
                  .key(RECONSTRUCT)
                  .input(Batch.IMAGES, images)
                  .input(Batch.NOISE, noise)
                  .output("images", rebuilt.images())
                  .output("mask", rebuilt.mask())
                  .build());
        },
        machine.session());
  }

  private Objective pretraining(Ops tf, Params params) {
    var images = images(tf, batchSize());
    var noise = input(tf, batchSize(), grid.count());
    var loss = new Mae(params, experiment.getModel()).apply(tf, images, noise).loss();
    return new Objective(Map.of(Batch.IMAGES, images, Batch.NOISE, noise), loss, List.of());
  }

  private Objective classification(Ops tf, Params params, int classes) {
    var images = images(tf, batchSize());
    var labels = input(tf, batchSize(), classes);
    var dropPath = input(tf, batchSize(), 2L * depth());
    var output = classifier(params, classes).train(tf, images, labels, dropPath);
    return new Objective(
        Map.of(Batch.IMAGES, images, Batch.LABELS, labels, Batch.DROP_PATH, dropPath),
        output.loss(),
        output.updates());
  }

  private Objective pixelFloor(Ops tf, Params params, int classes) {
    var images = images(tf, batchSize());
    var labels = input(tf, batchSize(), classes);
    var logits = floorHead(params, classes).apply(tf, flat(tf, images));
    var losses = tf.nn.softmaxCrossEntropyWithLogits(logits, labels).loss();
    return new Objective(
        Map.of(Batch.IMAGES, images, Batch.LABELS, labels),
        tf.math.mean(losses, tf.constant(0)),
        List.of());
  }

  private Classifier classifier(Params params, int classes) {
    return new Classifier(params, experiment.getModel(), experiment.getClassification(), classes);
  }

  private Linear floorHead(Params params, int classes) {
    return new Linear(params.at("head"), pixels(), classes, Init.zeros());
  }

  private Operand<TFloat32> flat(Ops tf, Operand<TFloat32> images) {
    return tf.reshape(images, tf.constant(new int[] {-1, pixels()}));
  }

  private TrainingGraph trainingGraph(
      BiFunction<Ops, Params, Objective> build, Function<List<Params.Param>, ParamPlan> plan) {
    return new TrainingGraph(build, plan, training(), machine.session());
  }

  private Operand<TFloat32> images(Ops tf, long batch) {
    return input(tf, batch, grid.height(), grid.width(), grid.channels());
  }

  private static Operand<TFloat32> input(Ops tf, long... shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }

  private int pixels() {
    return grid.height() * grid.width() * grid.channels();
  }

  private int batchSize() {
    return training().getBatchSize();
  }

  private int depth() {
    return experiment.getModel().getEncoder().getDepth();
  }

  private TrainingConfig training() {
    return experiment.getTraining();
  }
}
