package org.maejava.data.image;

/** The kernel by which values between pixels are computed. */
public enum Resampling {
  /** Pillow's bicubic to the last bit: Keys' kernel with a = −0.5, widened when shrinking. */
  PILLOW_BICUBIC(2, true),
  /**
   * The same kernel on the four nearest pixels whatever the scale, as TensorFlow's ResizeBicubic.
   */
  FAST_BICUBIC(2, false),
  /** Between the two nearest pixels whatever the scale, as TensorFlow's ResizeBilinear. */
  FAST_BILINEAR(1, false);

  private static final double A = -0.5;

  private final int support;
  private final boolean antialiased;

  Resampling(int support, boolean antialiased) {
    this.support = support;
    this.antialiased = antialiased;
  }

  /** Pixels on either side that count, before widening. */
  int support() {
    return support;
  }

  /** How much the kernel is widened where {@code scale} pixels become one. */
  double stretch(double scale) {
    return antialiased ? Math.max(scale, 1) : 1;
  }

  /** The weight of a pixel at a distance. */
  double weight(double signed) {
    double x = Math.abs(signed);
    if (this == FAST_BILINEAR) {
      return Math.max(0, 1 - x);
    }
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }
}
