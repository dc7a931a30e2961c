package org.maejava.data.image;

import java.time.Duration;
import org.maejava.proto.DataConfig;

/**
 * How images are decoded.
 *
 * @param jpeg how closely
 * @param alpha what becomes of transparency
 * @param turned whether a JPEG's EXIF orientation is followed; PyTorch's loader does not
 * @param maxPixels beyond which an image is refused unread
 * @param timeLimit after which decoding is given up: of an image of more than a megapixel, or by
 *     Java's readers
 */
public record Decoding(
    JpegDecoding jpeg, Alpha alpha, boolean turned, long maxPixels, Duration timeLimit) {

  /** Far more than the largest image takes. */
  private static final Duration TIME_LIMIT = Duration.ofSeconds(30);

  /** As Pillow and PyTorch do. */
  public static Decoding usual() {
    return new Decoding(
        JpegDecoding.ACCURATE, new Alpha.Dropped(), false, ImageHeader.MAX_PIXELS, TIME_LIMIT);
  }

  /** As a recipe's evaluation does; its training may decode JPEGs less closely. */
  public static Decoding of(DataConfig data) {
    var limits = data.getImageLimits();
    var colour = data.getAlphaBackground();
    return new Decoding(
        JpegDecoding.ACCURATE,
        data.hasAlphaBackground()
            ? new Alpha.On(colour.getRed(), colour.getGreen(), colour.getBlue())
            : new Alpha.Dropped(),
        data.hasExifOrientation(),
        limits.hasMaxPixels() ? limits.getMaxPixels() : ImageHeader.MAX_PIXELS,
        limits.hasMaxSeconds()
            ? Duration.ofNanos((long) (1e9 * limits.getMaxSeconds()))
            : TIME_LIMIT);
  }

  /** Otherwise the same, JPEGs as closely as this. */
  public Decoding with(JpegDecoding other) {
    return new Decoding(other, alpha, turned, maxPixels, timeLimit);
  }
}
