package org.maejava.model;

import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.PatchShape;
import org.maejava.proto.PixelTarget;
import org.maejava.proto.Preset;
import org.maejava.proto.RandomMasking;
import org.maejava.proto.TransformerConfig;

/**
 * The architectures by name: B, L and H are the paper's with its default decoder (section 4.1); Ti
 * and S keep the usual encoder widths with a decoder in proportion; the others are for small
 * images.
 */
public final class Presets {

  private Presets() {}

  /** Architecture, random masking at 75 % and the plain pixel target. */
  public static ModelConfig of(Preset preset) {
    return switch (preset) {
      case VIT_TI16 -> model(224, 3, 16, transformer(192, 12, 3), transformer(128, 2, 4));
      case VIT_S16 -> model(224, 3, 16, transformer(384, 12, 6), transformer(256, 4, 8));
      case VIT_B16 -> model(224, 3, 16, transformer(768, 12, 12), transformer(512, 8, 16));
      case VIT_L16 -> model(224, 3, 16, transformer(1024, 24, 16), transformer(512, 8, 16));
      case VIT_H14 -> model(224, 3, 14, transformer(1280, 32, 16), transformer(512, 8, 16));
      case SMALL_28_4 -> model(28, 1, 4, transformer(128, 6, 4), transformer(64, 2, 4));
      case SMALL_32_4 -> model(32, 3, 4, transformer(192, 12, 3), transformer(128, 4, 4));
      case SMALL_64_8 -> model(64, 3, 8, transformer(192, 12, 3), transformer(128, 4, 4));
      case SMALL_96_8 -> model(96, 3, 8, transformer(192, 12, 3), transformer(128, 4, 4));
      case PRESET_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("model.preset is not set");
    };
  }

  private static ModelConfig model(
      int side, int channels, int patch, TransformerConfig encoder, TransformerConfig decoder) {
    return ModelConfig.newBuilder()
        .setImage(ImageShape.newBuilder().setHeight(side).setWidth(side).setChannels(channels))
        .setPatch(PatchShape.newBuilder().setHeight(patch).setWidth(patch))
        .setEncoder(encoder)
        .setDecoder(decoder)
        .setMaskRatio(0.75)
        .setRandomMasking(RandomMasking.getDefaultInstance())
        .setPixels(PixelTarget.getDefaultInstance())
        .build();
  }

  private static TransformerConfig transformer(int width, int depth, int heads) {
    return TransformerConfig.newBuilder()
        .setWidth(width)
        .setDepth(depth)
        .setHeads(heads)
        .setMlpRatio(4)
        .build();
  }
}
