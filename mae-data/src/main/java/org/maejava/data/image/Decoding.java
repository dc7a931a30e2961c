package org.maejava.data.image;

import org.maejava.proto.DataConfig;

/**
 * How images are decoded.
 *
 * @param jpeg how closely
 * @param alpha what becomes of transparency
 * @param turned whether a JPEG's EXIF orientation is followed; PyTorch's loader does not
 * @param maxPixels beyond which an image is refused unread
 */
public record Decoding(JpegDecoding jpeg, Alpha alpha, boolean turned, long maxPixels) {

  /** As Pillow and PyTorch do. */
  public static Decoding usual() {
    return new Decoding(JpegDecoding.ACCURATE, new Alpha.Dropped(), false, ImageHeader.MAX_PIXELS);
  }

  /** As a recipe's evaluation does; its training may decode JPEGs less closely. */
  public static Decoding of(DataConfig data) {
    var colour = data.getAlphaBackground();
    return new Decoding(
        JpegDecoding.ACCURATE,
        data.hasAlphaBackground()
            ? new Alpha.On(colour.getRed(), colour.getGreen(), colour.getBlue())
            : new Alpha.Dropped(),
        data.hasExifOrientation(),
        data.hasImageLimits() ? data.getImageLimits().getMaxPixels() : ImageHeader.MAX_PIXELS);
  }

  /** Otherwise the same, JPEGs as closely as this. */
  public Decoding with(JpegDecoding other) {
    return new Decoding(other, alpha, turned, maxPixels);
  }
}
