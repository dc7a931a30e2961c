package org.maejava.eval.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import org.maejava.data.source.Source;
import org.maejava.eval.machine.Machine;
import org.maejava.model.PatchStatistics;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.weights.WeightSource;

/** What a pre-trained model makes of images with other patches hidden, and more or fewer. */
public final class ReconstructionGallery {

  /** What the pictures are of. */
  public static final String HEADING = "Reconstructions";

  private static final int IMAGES = 4;

  private ReconstructionGallery() {}

  /**
   * Sheets for the recipe's own masking, other ratios and other kinds.
   *
   * @throws org.maejava.data.source.DataException if none of the images can be read
   */
  public static Gallery of(
      Experiment experiment, WeightSource weights, Source source, Machine machine) {
    var sheets = new LinkedHashMap<ModelConfig, Picture>();
    var order = new ArrayList<ModelConfig>();
    for (var ofOneRatio : Maskings.of(experiment).entrySet()) {
      var model = experiment.getModel().toBuilder().setMaskRatio(ofOneRatio.getKey());
      try (var reconstruction =
          new Reconstruction(
              experiment.toBuilder().setModel(model).build(),
              PatchStatistics.Source.VISIBLE,
              weights,
              machine)) {
        for (var masking : ofOneRatio.getValue()) {
          order.add(masking);
          sheets.put(masking, sheet(reconstruction, masking, experiment, source));
        }
      }
    }
    order.sort(
        Comparator.comparing((ModelConfig masking) -> !masking.equals(experiment.getModel()))
            .thenComparing(masking -> !masking.hasRandomMasking())
            .thenComparing(ModelConfig::getMaskRatio));
    return new Gallery(HEADING, "", Gallery.Kind.SHEETS, order.stream().map(sheets::get).toList());
  }

  private static Picture sheet(
      Reconstruction reconstruction, ModelConfig masking, Experiment experiment, Source source) {
    var rows = reconstruction.rows(source, IMAGES, experiment.getTraining().getSeed(), masking);
    var own = masking.equals(experiment.getModel()) ? ", as in training" : "";
    return Picture.of(
        "%d %% hidden, %s%s"
            .formatted(Math.round(100 * masking.getMaskRatio()), Maskings.name(masking), own),
        reconstruction.captionUnder(masking),
        Reconstruction.sheet(rows, 2));
  }
}
