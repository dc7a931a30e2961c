package org.maejava.golden;

import org.maejava.model.PatchGrid;
import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.NormalisedPixelTarget;
import org.maejava.proto.PatchShape;

/**
 * An architecture in which no two sizes are equal by chance: images of 12×20×4 in patches of 4×5,
 * of which 4 of 12 stay visible at a ratio of 0.6; encoder 12×2, decoder 8×1.
 */
public final class SlantedModel {

  public static final int VISIBLE = 4;

  private SlantedModel() {}

  public static ModelConfig config() {
    return ModelConfig.newBuilder()
        .setImage(ImageShape.newBuilder().setHeight(12).setWidth(20).setChannels(4))
        .setPatch(PatchShape.newBuilder().setHeight(4).setWidth(5))
        .setEncoder(TinyModel.transformer(12, 2, 3))
        .setDecoder(TinyModel.transformer(8, 1, 2))
        .setMaskRatio(0.6)
        .setNormalisedPixels(NormalisedPixelTarget.getDefaultInstance())
        .build();
  }

  public static PatchGrid grid() {
    return PatchGrid.of(config());
  }
}
