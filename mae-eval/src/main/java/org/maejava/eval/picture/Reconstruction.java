package org.maejava.eval.picture;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.maejava.data.DataPlan;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Source;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.task.Pretraining;
import org.maejava.eval.task.Task;
import org.maejava.model.PatchGrid;
import org.maejava.model.PatchStatistics;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.UnreadableImage;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.Batch;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.WeightSource;
import org.tensorflow.types.TFloat32;

/**
 * Pictures of what a model makes of hidden patches. With the target of normalised pixels it says
 * nothing of a patch's mean and deviation: they are guessed, see {@link Seams}, or taken from the
 * truth, which the caption then says.
 */
public final class Reconstruction implements AutoCloseable {

  /** What stands beside each other in a row. */
  private static final List<String> COLUMNS =
      List.of("image", "what the network sees", "what it makes of the rest", "both together");

  private final Experiment experiment;
  private final PatchStatistics.Source statistics;
  private final Machine machine;
  private final PatchGrid grid;
  private final InferenceGraph graph;
  private final List<UnreadableImage> unreadable = new ArrayList<>();

  /**
   * For a pre-training recipe.
   *
   * @param statistics where a hidden patch's mean and deviation come from
   * @throws IllegalArgumentException if the recipe has no decoder to reconstruct with
   * @throws org.maejava.weights.WeightMismatchException if the weights are another model's
   */
  public Reconstruction(
      Experiment experiment,
      PatchStatistics.Source statistics,
      WeightSource weights,
      Machine machine) {
    if (!(Task.of(experiment, 0) instanceof Pretraining pretraining)) {
      throw new IllegalArgumentException(
          "only a pre-trained model can reconstruct: this one has no decoder");
    }
    this.experiment = experiment;
    this.statistics = statistics;
    this.machine = machine;
    grid = PatchGrid.of(experiment.getModel());
    graph =
        new InferenceGraph(
            (tf, params) -> pretraining.reconstruction(tf, params, statistics), machine.session());
    try {
      graph.restore("the pre-trained model", weights);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** What a caption says of these pictures. */
  public String caption() {
    var masking = experiment.getModel();
    return "%s (%d %% hidden, %s); %s"
        .formatted(
            String.join(" | ", COLUMNS),
            Math.round(100 * masking.getMaskRatio()),
            Maskings.name(masking),
            remarks(masking));
  }

  /** What a caption says of a sheet whose heading tells the masks: its columns, unless they do. */
  String captionUnder(ModelConfig masking) {
    var columns = Pictures.captionOf(COLUMNS);
    return columns.isEmpty() ? remarks(masking) : columns + "; " + remarks(masking);
  }

  private String remarks(ModelConfig masking) {
    var text = "hatched is what a picture leaves out";
    return switch (masking.getTargetCase()) {
      case NORMALISED_PIXELS ->
          text
              + switch (statistics) {
                case VISIBLE ->
                    "; mean and contrast of a hidden patch are guessed: those with which it meets its neighbours";
                case TRUTH ->
                    "; LEAKING: each predicted patch takes its mean and contrast from the original";
              };
      case PCA ->
          text
              + "; predicted are %d principal components"
                  .formatted(masking.getPca().getCoefficients());
      case PIXELS, TARGET_NOT_SET -> text;
    };
  }

  /** Rows in columns, under what each of their pictures is. */
  public static BufferedImage sheet(List<BufferedImage> rows, int columns) {
    return Pictures.sheet(rows, columns, COLUMNS);
  }

  /**
   * image | masked | predicted | both for a few images of a source, spread over it, with the seed's
   * masks. An image that cannot be read is left out.
   *
   * @throws DataException if none can be read
   */
  public List<BufferedImage> rows(Source source, int count, long seed) {
    return rows(source, count, seed, experiment.getModel());
  }

  /**
   * As {@link #rows(Source, int, long)}.
   *
   * @param masking whose masks are drawn: as many patches hidden, perhaps others
   */
  public List<BufferedImage> rows(Source source, int count, long seed, ModelConfig masking) {
    var plan = DataPlan.ofFew(experiment.getData(), masking, seed, machine.threads());
    var few = Spread.over(source, count);
    var pictures = new ArrayList<BufferedImage>();
    try (var batches = plan.reconstruction(few, few.size()).open();
        var batch = batches.next()) {
      pictures.addAll(draw(batch));
    } finally {
      unreadable.addAll(plan.unreadable());
    }
    return pictures;
  }

  /** The images that were left out so far. */
  public List<UnreadableImage> unreadable() {
    return List.copyOf(unreadable);
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
      var predicted = (TFloat32) result.get(Signatures.RECONSTRUCTION).orElseThrow();
      var mask = (TFloat32) result.get(Signatures.MASK).orElseThrow();
      for (int i = 0; i < batch.size(); i++) {
        var hidden = Pictures.hidden(mask, i);
        pictures.add(
            Pictures.quartet(
                shown.shown(images, i),
                shown.shown(predicted(ShownImages.values(images, i), predicted, i, hidden)),
                hidden,
                grid));
      }
    }
    return pictures;
  }

  /** Of normalised pixels brightness and contrast are a guess, and made a better one. */
  private float[][][] predicted(
      float[][][] original, TFloat32 predicted, int image, boolean[] hidden) {
    var values = ShownImages.values(predicted, image);
    return experiment.getModel().hasNormalisedPixels()
            && statistics == PatchStatistics.Source.VISIBLE
        ? Seams.closed(original, values, hidden, grid)
        : values;
  }
}
