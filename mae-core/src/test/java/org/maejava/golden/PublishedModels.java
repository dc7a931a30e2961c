package org.maejava.golden;

import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.PatchShape;
import org.maejava.proto.PixelTarget;
import org.maejava.proto.TransformerConfig;

/** The paper's architectures: images of 224×224×3, a decoder of width 512 and 8 blocks. */
public final class PublishedModels {

  private PublishedModels() {}

  public static ModelConfig base() {
    return model(16, TinyModel.transformer(768, 12, 12));
  }

  public static ModelConfig large() {
    return model(16, TinyModel.transformer(1024, 24, 16));
  }

  public static ModelConfig huge() {
    return model(14, TinyModel.transformer(1280, 32, 16));
  }

  private static ModelConfig model(int patch, TransformerConfig encoder) {
    return ModelConfig.newBuilder()
        .setImage(ImageShape.newBuilder().setHeight(224).setWidth(224).setChannels(3))
        .setPatch(PatchShape.newBuilder().setHeight(patch).setWidth(patch))
        .setEncoder(encoder)
        .setDecoder(TinyModel.transformer(512, 8, 16))
        .setMaskRatio(0.75)
        .setPixels(PixelTarget.getDefaultInstance())
        .build();
  }
}
