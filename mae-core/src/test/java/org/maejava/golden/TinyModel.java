package org.maejava.golden;

import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.NormalisedPixelTarget;
import org.maejava.proto.PatchShape;
import org.maejava.proto.PixelTarget;
import org.maejava.proto.RandomMasking;
import org.maejava.proto.TransformerConfig;

/** The architecture of the golden numbers: 32×32×3, patch 4, encoder 32×2, decoder 16×1. */
public final class TinyModel {

  private TinyModel() {}

  /** With the pixel target or the normalised one, and 75 % hidden. */
  public static ModelConfig of(boolean normalisedPixels) {
    var model =
        ModelConfig.newBuilder()
            .setImage(ImageShape.newBuilder().setHeight(32).setWidth(32).setChannels(3))
            .setPatch(PatchShape.newBuilder().setHeight(4).setWidth(4))
            .setEncoder(transformer(32, 2, 2))
            .setDecoder(transformer(16, 1, 2))
            .setMaskRatio(0.75)
            .setRandomMasking(RandomMasking.getDefaultInstance());
    if (normalisedPixels) {
      model.setNormalisedPixels(NormalisedPixelTarget.getDefaultInstance());
    } else {
      model.setPixels(PixelTarget.getDefaultInstance());
    }
    return model.build();
  }

  public static TransformerConfig transformer(int width, int depth, int heads) {
    return TransformerConfig.newBuilder()
        .setWidth(width)
        .setDepth(depth)
        .setHeads(heads)
        .setMlpRatio(4)
        .build();
  }
}
