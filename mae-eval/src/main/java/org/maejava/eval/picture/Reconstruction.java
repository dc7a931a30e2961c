package org.maejava.eval.picture;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.maejava.data.DataPlan;
import org.maejava.data.source.Source;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.task.Pretraining;
import org.maejava.eval.task.Task;
import org.maejava.model.PatchGrid;
import org.maejava.proto.Experiment;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.Batch;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.WeightSource;
import org.tensorflow.types.TFloat32;

/**
 * Pictures of what a model makes of hidden patches. With the normalised-pixel target the prediction
 * takes each patch's mean and deviation from the true patch: the picture's caption must say so.
 */
public final class Reconstruction implements AutoCloseable {

  private final Experiment experiment;
  private final Machine machine;
  private final PatchGrid grid;
  private final InferenceGraph graph;

  /**
   * For a pre-training recipe.
   *
   * @throws IllegalArgumentException if the recipe has no decoder to reconstruct with
   * @throws org.maejava.weights.WeightMismatchException if the weights are another model's
   */
  public Reconstruction(Experiment experiment, WeightSource weights, Machine machine) {
    if (!(Task.of(experiment, 0) instanceof Pretraining pretraining)) {
      throw new IllegalArgumentException(
          "only a pre-trained model can reconstruct: this one has no decoder");
    }
    this.experiment = experiment;
    this.machine = machine;
    grid = PatchGrid.of(experiment.getModel());
    graph = new InferenceGraph(pretraining::reconstruction, machine.session());
    try {
      graph.restore("the pre-trained model", weights);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** What a caption says of these pictures. */
  public String caption() {
    var text =
        "original | visible patches | hidden patches as predicted, visible ones as they are (%d %% hidden)"
            .formatted(Math.round(100 * experiment.getModel().getMaskRatio()));
    return switch (experiment.getModel().getTargetCase()) {
      case NORMALISED_PIXELS ->
          text + "; each predicted patch takes its mean and contrast from the original";
      case PCA ->
          text
              + "; predicted are %d principal components"
                  .formatted(experiment.getModel().getPca().getCoefficients());
      case PIXELS, TARGET_NOT_SET -> text;
    };
  }

  /**
   * original | masked | reconstruction for a few images of a source, spread over it, with the
   * seed's masks. An image that cannot be read is left out.
   *
   * @throws org.maejava.data.source.DataException if none can be read
   */
  public List<BufferedImage> triptychs(Source source, int count, long seed) {
    // Of a few images one that cannot be read is a large share, and no reason to show none.
    var data = experiment.getData().toBuilder().setMaxUnreadableShare(1).build();
    var plan = new DataPlan(data, experiment.getModel(), seed, machine.threads());
    var few = Spread.over(source, count);
    var pictures = new ArrayList<BufferedImage>();
    try (var batches = plan.reconstruction(few, few.size()).open();
        var batch = batches.next()) {
      pictures.addAll(draw(batch));
    }
    return pictures;
  }

  @Override
  public void close() {
    graph.close();
  }

  private List<BufferedImage> draw(Batch batch) {
    var images = batch.floats(Batch.IMAGES);
    var shown = new ShownImages(experiment.getData());
    var pictures = new ArrayList<BufferedImage>();
    try (var result =
        graph.run(
            Signatures.RECONSTRUCT,
            Map.of(Batch.IMAGES, images, Batch.NOISE, batch.floats(Batch.NOISE)))) {
      var rebuilt = (TFloat32) result.get(Signatures.RECONSTRUCTION).orElseThrow();
      var mask = (TFloat32) result.get(Signatures.MASK).orElseThrow();
      for (int i = 0; i < batch.size(); i++) {
        pictures.add(
            Pictures.triptych(
                shown.shown(images, i), shown.shown(rebuilt, i), Pictures.hidden(mask, i), grid));
      }
    }
    return pictures;
  }
}
