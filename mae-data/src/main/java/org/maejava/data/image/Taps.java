package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A filter along one axis in Pillow's fixed-point arithmetic: for each output pixel the input
 * pixels it is the weighted sum of.
 *
 * <p>Weights are normalised in double precision and then rounded to {@link #PRECISION} bits, so
 * that results of Pillow's own filter equal Pillow's to the last bit.
 */
final class Taps {

  /** A product with 8-bit pixels, summed with overshoot, must fit 32 bits. */
  static final int PRECISION = 32 - 8 - 2;

  private final int width;
  private final int[] first;
  private final int[] count;
  private final int[] weights;

  /**
   * @param in input pixels
   * @param scaled output pixels that they become
   * @param from the first output pixel that is wanted
   * @param size how many are wanted
   */
  Taps(Resampling kernel, int in, int scaled, int from, int size) {
    checkArgument(
        from >= 0 && (long) from + size <= scaled, "%s from %s of %s", size, from, scaled);
    double scale = (double) in / scaled;
    double stretch = kernel.stretch(scale);
    double support = kernel.support() * stretch;
    this.width = (int) Math.ceil(support) * 2 + 1;
    this.first = new int[size];
    this.count = new int[size];
    this.weights = new int[Math.multiplyExact(size, width)];

    var exact = new double[width];
    for (int i = 0; i < size; i++) {
      double center = (from + i + 0.5) * scale;
      int begin = Math.max((int) (center - support + 0.5), 0);
      int end = Math.min((int) (center + support + 0.5), in);
      double sum = 0;
      for (int tap = 0; tap < end - begin; tap++) {
        exact[tap] = kernel.weight((tap + begin - center + 0.5) * (1 / stretch));
        sum += exact[tap];
      }
      first[i] = begin;
      count[i] = end - begin;
      for (int tap = 0; tap < count[i]; tap++) {
        double weight = sum == 0 ? exact[tap] : exact[tap] / sum;
        weights[i * width + tap] = rounded(weight);
      }
    }
  }

  private static int rounded(double weight) {
    double scaled = weight * (1 << PRECISION);
    return (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  }

  /** The first input pixel of an output pixel. */
  int first(int output) {
    return first[output];
  }

  /** How many input pixels an output pixel has. */
  int count(int output) {
    return count[output];
  }

  /** Where an output pixel's weights begin in {@link #weights}. */
  int offset(int output) {
    return output * width;
  }

  /** All weights, fixed-point. */
  int[] weights() {
    return weights;
  }

  /** As many input pixels as any output pixel has, or more. */
  int width() {
    return width;
  }
}
