package org.maejava.nn;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Initial values of one parameter, from a generator that belongs to that parameter alone. */
@FunctionalInterface
public interface Init {

  /** Row-major values of a parameter of the given shape. */
  float[] values(int[] shape, RandomGenerator random);

  static Init zeros() {
    return constant(0);
  }

  static Init ones() {
    return constant(1);
  }

  static Init constant(float value) {
    return new Constant(value);
  }

  /** One number everywhere: it need not be moved into a graph value by value. */
  record Constant(float value) implements Init {

    @Override
    public float[] values(int[] shape, RandomGenerator random) {
      var values = new float[size(shape)];
      Arrays.fill(values, value);
      return values;
    }
  }

  /** Given numbers, such as a position table. */
  static Init table(float[] table) {
    return (shape, random) -> {
      checkArgument(
          table.length == size(shape),
          "a table of %s values for shape %s",
          table.length,
          Arrays.toString(shape));
      return table.clone();
    };
  }

  /** N(0, std²). */
  static Init normal(double std) {
    return (shape, random) -> {
      var values = new float[size(shape)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (std * random.nextGaussian());
      }
      return values;
    };
  }

  /**
   * N(0, std²) within ±2 (absolute, as PyTorch's {@code trunc_normal_}: at std 0.02 nothing is
   * cut).
   */
  static Init truncatedNormal(double std) {
    return (shape, random) -> {
      var values = new float[size(shape)];
      for (int i = 0; i < values.length; i++) {
        double value;
        do {
          value = std * random.nextGaussian();
        } while (Math.abs(value) > 2);
        values[i] = (float) value;
      }
      return values;
    };
  }

  /**
   * Uniform within ±√(6 / (fan in + fan out)) (Glorot and Bengio, 2010). The first dimension is the
   * output, the rest the input, so a patch kernel {@code [D, C, p, p]} is treated as the linear map
   * that it is (paper, A.1).
   */
  static Init xavierUniform() {
    return (shape, random) -> {
      var values = new float[size(shape)];
      double bound = Math.sqrt(6.0 / (shape[0] + (double) values.length / shape[0]));
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-bound, bound);
      }
      return values;
    };
  }

  private static int size(int[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
