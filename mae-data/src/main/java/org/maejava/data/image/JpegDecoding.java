package org.maejava.data.image;

/** How closely a JPEG is decoded. */
public enum JpegDecoding {
  /** As Pillow does: libjpeg's accurate transform, chroma interpolated. */
  ACCURATE("INTEGER_ACCURATE", true),
  /** A quarter faster: libjpeg's fast transform, chroma repeated; a few levels off at edges. */
  FAST("INTEGER_FAST", false);

  private final String transform;
  private final boolean interpolatesChroma;

  JpegDecoding(String transform, boolean interpolatesChroma) {
    this.transform = transform;
    this.interpolatesChroma = interpolatesChroma;
  }

  String transform() {
    return transform;
  }

  boolean interpolatesChroma() {
    return interpolatesChroma;
  }
}
