package org.maejava.eval.task;

import java.util.List;
import java.util.Map;
import org.maejava.data.DataPlan;
import org.maejava.data.flow.Dataset;
import org.maejava.data.spec.ImageSet;
import org.maejava.model.PatchGrid;
import org.maejava.nn.Init;
import org.maejava.nn.Linear;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.Experiment;
import org.maejava.train.Batch;
import org.maejava.train.Objective;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A linear classifier on the input values: what any representation must beat.
 *
 * @param experiment a checked recipe
 * @param classes outputs
 */
public record PixelFloor(Experiment experiment, int classes) implements LabelledTask {

  @Override
  public Dataset<Batch> batches(DataPlan plan, ImageSet data, int batchSize) {
    return plan.classification(data.training(), batchSize, 0);
  }

  @Override
  public Objective objective(Ops tf, Params params, int parts) {
    var inputs = Inputs.ofTraining(experiment);
    var images = inputs.images(tf);
    var labels = inputs.row(tf, classes);
    var losses = tf.nn.softmaxCrossEntropyWithLogits(logits(tf, params, images), labels).loss();
    return new Objective(
        Map.of(Batch.IMAGES, images, Batch.LABELS, labels),
        tf.math.mean(losses, tf.constant(0)),
        List.of());
  }

  @Override
  public ParamPlan plan(List<Params.Param> params) {
    return ParamPlan.linear(params, experiment.getTraining());
  }

  @Override
  public Operand<TFloat32> logits(Ops tf, Params params, Operand<TFloat32> images) {
    var flat = tf.reshape(images, tf.constant(new int[] {-1, values()}));
    return new Linear(params.at("head"), values(), classes, Init.zeros()).apply(tf, flat);
  }

  @Override
  public List<Signature> functions(Ops tf, Params params) {
    throw new IllegalArgumentException("only pre-trained models and classifiers can be exported");
  }

  private int values() {
    var grid = PatchGrid.of(experiment.getModel());
    return grid.height() * grid.width() * grid.channels();
  }
}
