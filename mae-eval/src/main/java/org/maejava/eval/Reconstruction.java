package org.maejava.eval;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.maejava.data.DataPlan;
import org.maejava.data.source.Source;
import org.maejava.model.PatchGrid;
import org.maejava.proto.Experiment;
import org.maejava.train.Batch;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.WeightSource;
import org.tensorflow.types.TFloat32;

/**
 * Pictures of what a model makes of hidden patches. With the normalised-pixel target the prediction
 * takes each patch's mean and deviation from the true patch: the picture's caption must say so.
 */
public final class Reconstruction {

  private final Experiment experiment;
  private final WeightSource weights;
  private final Machine machine;
  private final PatchGrid grid;

  /**
   * For a pre-training recipe.
   *
   * @throws IllegalArgumentException if the recipe has no decoder to reconstruct with
   */
  public Reconstruction(Experiment experiment, WeightSource weights, Machine machine) {
    if (!experiment.hasPretraining()) {
      throw new IllegalArgumentException(
          "only a pre-trained model can reconstruct: this one has no decoder");
    }
    this.experiment = experiment;
    this.weights = weights;
    this.machine = machine;
    grid = PatchGrid.of(experiment.getModel());
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

  /** original | masked | reconstruction for the first images of a source, with the seed's masks. */
  public List<BufferedImage> triptychs(Source source, int count, long seed) {
    var plan = new DataPlan(experiment.getData(), experiment.getModel(), seed, machine.threads());
    var pictures = new ArrayList<BufferedImage>();
    try (var graph = new Assembly(experiment, machine).reconstruction();
        var batches = plan.reconstruction(source, Math.min(count, source.size())).open()) {
      graph.restore("the pre-trained model", weights);
      try (var batch = batches.next()) {
        pictures.addAll(draw(graph, batch));
      }
    }
    return pictures;
  }

  private List<BufferedImage> draw(InferenceGraph graph, Batch batch) {
    var images = (TFloat32) batch.tensors().get(Batch.IMAGES);
    var shown = new NormalisedImages(experiment.getData());
    var pictures = new ArrayList<BufferedImage>();
    try (var result =
        graph.run(
            Assembly.RECONSTRUCT,
            Map.of(Batch.IMAGES, images, Batch.NOISE, batch.tensors().get(Batch.NOISE)))) {
      var rebuilt = (TFloat32) result.get("images").orElseThrow();
      var mask = (TFloat32) result.get("mask").orElseThrow();
      for (int i = 0; i < batch.size(); i++) {
        pictures.add(
            Pictures.triptych(
                shown.shown(images, i), shown.shown(rebuilt, i), hidden(mask, i), grid));
      }
    }
    return pictures;
  }

  private boolean[] hidden(TFloat32 mask, int image) {
    var hidden = new boolean[grid.count()];
    for (int patch = 0; patch < hidden.length; patch++) {
      hidden[patch] = mask.getFloat(image, patch) != 0;
    }
    return hidden;
  }
}
