package org.maejava.model;

import org.maejava.nn.LayerNorm;
import org.maejava.nn.Params;
import org.maejava.proto.ModelConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** An encoder alone, for weights that have neither decoder nor head. */
public final class FeatureExtractor {

  private final PatchGrid grid;
  private final Encoder encoder;
  private final LayerNorm norm;

  public FeatureExtractor(Params params, ModelConfig model) {
    grid = PatchGrid.of(model);
    encoder = new Encoder(params, grid, model.getEncoder());
    norm =
        new LayerNorm(
            params.at("norm"), model.getEncoder().getWidth(), NormEpsilon.of(model.getEncoder()));
  }

  /** As {@link Mae#encode}: the tokens are those after the last norm. */
  public Encoded encode(Ops tf, Operand<TFloat32> images) {
    var tokens = encoder.embed(tf, grid.patchify(tf, images));
    var encoded = encoder.applyWithAttention(tf, tokens);
    return encoded.normalised(tf, norm);
  }
}
