package org.maejava.eval.task;

import java.util.List;
import java.util.Map;
import org.maejava.data.DataPlan;
import org.maejava.data.flow.Dataset;
import org.maejava.data.spec.ImageSet;
import org.maejava.model.Classifier;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.Experiment;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.Batch;
import org.maejava.train.Objective;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The encoder with a head: fine-tuning, partial fine-tuning, linear probing and training from
 * scratch are this, with more or fewer blocks trained (paper, A.1).
 *
 * @param experiment a checked recipe
 * @param classes outputs of the head
 */
public record Classification(Experiment experiment, int classes) implements LabelledTask {

  @Override
  public Dataset<Batch> batches(DataPlan plan, ImageSet data, int batchSize) {
    return plan.classification(
        data.training(), batchSize, experiment.getClassification().getLabelSmoothing());
  }

  @Override
  public Objective objective(Ops tf, Params params, int parts) {
    var of = Inputs.ofTraining(experiment);
    var classifier = classifier(params);
    var inputs =
        Map.of(
            Batch.IMAGES,
            of.images(tf),
            Batch.LABELS,
            of.row(tf, classes),
            Batch.DROP_PATH,
            of.row(tf, 2L * depth()));
    if (experiment.getClassification().hasFeatureNorm()) {
      // Its statistics are those of the whole batch.
      var output = train(tf, classifier, new Objective.Part(inputs));
      return new Objective(inputs, output.loss(), output.updates());
    }
    return Objective.inParts(tf, inputs, parts, part -> train(tf, classifier, part).loss());
  }

  private static Classifier.Output train(Ops tf, Classifier classifier, Objective.Part part) {
    return classifier.train(
        tf, part.input(Batch.IMAGES), part.input(Batch.LABELS), part.input(Batch.DROP_PATH));
  }

  @Override
  public ParamPlan plan(List<Params.Param> params) {
    return ParamPlan.classification(
        params, experiment.getClassification(), depth(), experiment.getTraining());
  }

  @Override
  public Operand<TFloat32> logits(Ops tf, Params params, Operand<TFloat32> images) {
    var classifier = classifier(params);
    return classifier.logits(tf, classifier.features(tf, images));
  }

  @Override
  public List<Signature> representation(Ops tf, Params params) {
    var images = Inputs.of(experiment).images(tf);
    var classifier = classifier(params);
    var encoded = classifier.encode(tf, images);
    return List.of(
        Inputs.representation(images, classifier.features(tf, encoded), encoded.attention()));
  }

  @Override
  public List<Signature> functions(Ops tf, Params params) {
    return Signatures.classifier(
        tf,
        params,
        experiment.getModel(),
        experiment.getData(),
        experiment.getClassification(),
        classes);
  }

  private Classifier classifier(Params params) {
    return new Classifier(params, experiment.getModel(), experiment.getClassification(), classes);
  }

  private int depth() {
    return experiment.getModel().getEncoder().getDepth();
  }
}
