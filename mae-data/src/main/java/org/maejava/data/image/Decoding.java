package org.maejava.data.image;

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

  /** Otherwise the same, JPEGs as closely as this. */
  public Decoding with(JpegDecoding other) {
    return new Decoding(other, alpha, turned, maxPixels);
  }
}
