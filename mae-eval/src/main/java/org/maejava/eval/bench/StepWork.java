package org.maejava.eval.bench;

import org.maejava.model.PatchGrid;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.TransformerConfig;

/**
 * Floating-point operations of a training step, or of features, by an analytic count: the matrix
 * products alone, a multiplication and an addition as two, the backward pass as twice the forward
 * one.
 */
public final class StepWork {

  private StepWork() {}

  /**
   * Of one image.
   *
   * @param experiment a checked recipe of pre-training or of full fine-tuning
   */
  public static double perImage(Experiment experiment) {
    var model = experiment.getModel();
    int patches = PatchGrid.of(model).count();
    return 3
        * (experiment.hasPretraining()
            ? autoencoder(model, patches)
            : encoder(model, patches, patches));
  }

  /** Of one image's features: the encoder over all patches, forwards only. */
  public static double ofFeatures(ModelConfig model) {
    int patches = PatchGrid.of(model).count();
    return encoder(model, patches, patches);
  }

  private static double autoencoder(ModelConfig model, int patches) {
    var decoder = model.getDecoder();
    int patchSize = PatchGrid.of(model).patchSize();
    int visible = PatchGrid.visibleCount(patches, model.getMaskRatio());
    int encoded = model.hasEncoderMaskTokens() ? patches : visible;
    int judged = model.hasLossOnAllPatches() ? patches : patches - visible;
    double values = model.hasPca() ? model.getPca().getCoefficients() : patchSize;
    return encoder(model, visible, encoded)
        + 2.0 * (1 + encoded) * model.getEncoder().getWidth() * decoder.getWidth()
        + blocks(decoder, 1 + patches)
        + 2.0 * judged * decoder.getWidth() * values;
  }

  private static double encoder(ModelConfig model, int embedded, int encoded) {
    double embedding =
        2.0 * embedded * PatchGrid.of(model).patchSize() * model.getEncoder().getWidth();
    return embedding + blocks(model.getEncoder(), 1 + encoded);
  }

  /** Query, key, value and output 4·D², the MLP 2·ratio·D², for each token; scores and mixing. */
  private static double blocks(TransformerConfig config, double tokens) {
    double width = config.getWidth();
    double weights = (4 + 2 * config.getMlpRatio()) * width * width;
    return config.getDepth() * (2 * tokens * weights + 4 * tokens * tokens * width);
  }
}
