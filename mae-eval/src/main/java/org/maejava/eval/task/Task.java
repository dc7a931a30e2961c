package org.maejava.eval.task;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.maejava.data.DataPlan;
import org.maejava.data.flow.Dataset;
import org.maejava.data.spec.ImageSet;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.Experiment;
import org.maejava.train.Batch;
import org.maejava.train.Objective;
import org.maejava.weights.WeightSource;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;

/**
 * What kind of run a recipe is of, and everything that follows from it: what is made small, what is
 * trained, on which batches, and what the result can do. A new kind is a new class.
 */
public sealed interface Task permits Pretraining, LabelledTask {

  /**
   * The task of a checked recipe.
   *
   * @param classes of the data; 0 if there are no labels
   * @throws IllegalArgumentException if the recipe has none
   */
  static Task of(Experiment experiment, int classes) {
    return switch (experiment.getTaskCase()) {
      case PRETRAINING -> new Pretraining(experiment);
      case CLASSIFICATION -> new Classification(experiment, classes);
      case PIXEL_FLOOR -> new PixelFloor(experiment, classes);
      case TASK_NOT_SET -> throw new IllegalArgumentException("the recipe has no task");
    };
  }

  /** What a report calls the run's section. */
  String heading();

  /**
   * The part of a data set that the task takes.
   *
   * @throws org.maejava.data.source.DataException with everything that is in the way
   */
  ImageSet select(ImageSet data);

  /** Training batches, endless. */
  Dataset<Batch> batches(DataPlan plan, ImageSet data, int batchSize);

  /**
   * What is made small; inputs by the names of {@link Batch}.
   *
   * @param parts that a batch may be computed in, side by side
   */
  Objective objective(Ops tf, Params params, int parts);

  /** Which of all parameters are trained, and how. */
  ParamPlan plan(List<Params.Param> params);

  /**
   * Parameters that are fitted to the data before the first step, by name.
   *
   * @param batches as for training, endless; those that are taken are closed
   */
  default Optional<WeightSource> fit(Iterator<Batch> batches) {
    return Optional.empty();
  }

  /**
   * The function {@link org.maejava.savedmodel.Signatures#FEATURES} on normalised images: {@link
   * Batch#IMAGES} in; pooled features {@code [B, D]} and what the class token looks at in the last
   * block, {@link org.maejava.savedmodel.Signatures#ATTENTION} {@code [B, heads, 1 + L]}, out.
   * Empty where there is no encoder.
   */
  default List<Signature> representation(Ops tf, Params params) {
    return List.of();
  }

  /**
   * The functions of an exported model.
   *
   * @throws IllegalArgumentException if such a model is not for export
   */
  List<Signature> functions(Ops tf, Params params);
}
