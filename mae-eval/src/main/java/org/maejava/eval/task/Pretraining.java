package org.maejava.eval.task;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maejava.data.DataPlan;
import org.maejava.data.flow.Dataset;
import org.maejava.data.spec.ImageSet;
import org.maejava.model.FeatureExtractor;
import org.maejava.model.Mae;
import org.maejava.model.PatchGrid;
import org.maejava.model.PatchStatistics;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.Experiment;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.Batch;
import org.maejava.train.Objective;
import org.maejava.train.PcaBasis;
import org.maejava.weights.WeightSource;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;

/**
 * Masked autoencoding: labels are not looked at (paper, section 3).
 *
 * @param experiment a checked recipe
 */
public record Pretraining(Experiment experiment) implements Task {

  @Override
  public String heading() {
    return "Pre-training";
  }

  @Override
  public ImageSet select(ImageSet data) {
    return data;
  }

  @Override
  public Dataset<Batch> batches(DataPlan plan, ImageSet data, int batchSize) {
    return plan.pretraining(data.training(), batchSize);
  }

  @Override
  public Objective objective(Ops tf, Params params, int parts) {
    var inputs = Inputs.ofTraining(experiment);
    var mae = mae(params);
    return Objective.inParts(
        tf,
        Map.of(Batch.IMAGES, inputs.images(tf), Batch.NOISE, inputs.noise(tf)),
        parts,
        part -> mae.apply(tf, part.input(Batch.IMAGES), part.input(Batch.NOISE)).loss());
  }

  @Override
  public ParamPlan plan(List<Params.Param> params) {
    return ParamPlan.pretraining(params, experiment.getTraining());
  }

  /** The components that a PCA target projects on, from the images that training sees first. */
  @Override
  public Optional<WeightSource> fit(Iterator<Batch> batches) {
    if (!experiment.getModel().hasPca()) {
      return Optional.empty();
    }
    var pca = experiment.getModel().getPca();
    return Optional.of(
        PcaBasis.fit(
            PatchGrid.of(experiment.getModel()),
            batches,
            pca.getSampleImages(),
            pca.getCoefficients()));
  }

  @Override
  public List<Signature> functions(Ops tf, Params params) {
    return Signatures.pretrained(tf, params, experiment.getModel(), experiment.getData());
  }

  /**
   * The function {@link Signatures#RECONSTRUCT} on normalised images: {@link Batch#IMAGES} and
   * {@link Batch#NOISE} in, {@link Signatures#RECONSTRUCTION} (all patches as predicted) and {@link
   * Signatures#MASK} out.
   *
   * @param statistics where a hidden patch's mean and deviation come from
   */
  public List<Signature> reconstruction(Ops tf, Params params, PatchStatistics.Source statistics) {
    var inputs = Inputs.of(experiment);
    var images = inputs.images(tf);
    var noise = inputs.noise(tf);
    var rebuilt = mae(params).reconstruct(tf, images, noise, statistics);
    return List.of(
        Signature.builder()
            .key(Signatures.RECONSTRUCT)
            .input(Batch.IMAGES, images)
            .input(Batch.NOISE, noise)
            .output(Signatures.RECONSTRUCTION, rebuilt.predicted())
            .output(Signatures.MASK, rebuilt.mask())
            .build());
  }

  @Override
  public List<Signature> representation(Ops tf, Params params) {
    var images = Inputs.of(experiment).images(tf);
    var encoded = new FeatureExtractor(params, experiment.getModel()).encode(tf, images);
    int count = PatchGrid.of(experiment.getModel()).count();
    var patches =
        tf.slice(
            encoded.tokens(),
            tf.constant(new int[] {0, 1, 0}),
            tf.constant(new int[] {-1, count, -1}));
    return List.of(
        Inputs.representation(images, tf.math.mean(patches, tf.constant(1)), encoded.attention()));
  }

  private Mae mae(Params params) {
    return new Mae(params, experiment.getModel());
  }
}
