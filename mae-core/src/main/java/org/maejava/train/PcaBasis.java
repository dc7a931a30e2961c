package org.maejava.train;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.maejava.model.PatchGrid;
import org.maejava.model.Target.PcaCoefficients;
import org.maejava.weights.WeightSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * The principal components of a sample's patches, as the values of the parameters that the target
 * of Table 1(d), "PCA", reads. Components by falling variance, each of length 1; of a component and
 * its negative the one whose largest value is positive.
 *
 * <p>Sums are kept in double precision, so that the sample's order hardly matters.
 */
public final class PcaBasis implements WeightSource {

  private final float[] mean;
  private final float[] basis;

  private PcaBasis(float[] mean, float[] basis) {
    this.mean = mean;
    this.basis = basis;
  }

  /**
   * Fits the components to the first images of a data set.
   *
   * @param batches with {@link Batch#IMAGES} {@code [B, H, W, C]}; taken and closed until there are
   *     enough images
   * @param images at least so many are looked at
   * @param coefficients components to keep, at most a patch's values
   * @throws IllegalArgumentException if the batches end before there are enough images
   */
  public static PcaBasis fit(
      PatchGrid grid, Iterator<Batch> batches, int images, int coefficients) {
    checkArgument(
        coefficients > 0 && coefficients <= grid.patchSize(),
        "%s components of patches with %s values",
        coefficients,
        grid.patchSize());
    var moments = new Moments(grid.patchSize());
    int seen = 0;
    try (var graph = new Graph();
        var session = new Session(graph)) {
      var tf = Ops.create(graph);
      var input =
          tf.placeholder(
              TFloat32.class,
              Placeholder.shape(Shape.of(-1, grid.height(), grid.width(), grid.channels())));
      var rows =
          tf.dtypes.cast(
              tf.reshape(grid.patchify(tf, input), tf.constant(new int[] {-1, grid.patchSize()})),
              TFloat64.class);
      var sum = tf.reduceSum(rows, tf.constant(0));
      var products = tf.linalg.matMul(rows, rows, MatMul.transposeA(true));
      while (seen < images) {
        checkArgument(batches.hasNext(), "the data ended after %s of %s images", seen, images);
        try (var batch = batches.next();
            var result =
                session
                    .runner()
                    .feed(input, batch.tensors().get(Batch.IMAGES))
                    .fetch(sum)
                    .fetch(products)
                    .run()) {
          moments.add(
              (TFloat64) result.get(0),
              (TFloat64) result.get(1),
              (long) batch.size() * grid.count());
          seen += batch.size();
        }
      }
    }
    return new PcaBasis(moments.mean(), moments.components(coefficients));
  }

  /** Sums over patches of their values and of the products of their values. */
  private static final class Moments {
    private final int size;
    private final double[] sums;
    private final double[] products;
    private long count;

    Moments(int size) {
      this.size = size;
      sums = new double[size];
      products = new double[Math.multiplyExact(size, size)];
    }

    void add(TFloat64 sum, TFloat64 product, long patches) {
      addTo(sums, sum);
      addTo(products, product);
      count += patches;
    }

    private static void addTo(double[] totals, TFloat64 tensor) {
      var values = new double[totals.length];
      tensor.asRawTensor().data().asDoubles().read(values);
      for (int i = 0; i < totals.length; i++) {
        totals[i] += values[i];
      }
    }

    float[] mean() {
      var mean = new float[size];
      for (int i = 0; i < size; i++) {
        mean[i] = (float) (sums[i] / count);
      }
      return mean;
    }

    private double[] covariance() {
      var covariance = new double[products.length];
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          covariance[i * size + j] =
              products[i * size + j] / count - sums[i] / count * (sums[j] / count);
        }
      }
      return covariance;
    }

    /** Eigenvectors by falling eigenvalue, one in each row. */
    float[] components(int wanted) {
      var components = new float[wanted * size];
      try (var graph = new Graph();
          var session = new Session(graph);
          var matrix = TFloat64.tensorOf(Shape.of(size, size), DataBuffers.of(covariance()))) {
        var tf = Ops.create(graph);
        var input = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(size, size)));
        var solved = tf.linalg.selfAdjointEig(input);
        try (var result = session.runner().feed(input, matrix).fetch(solved.v()).run()) {
          var vectors = (TFloat64) result.get(0); // in columns, by rising eigenvalue
          for (int component = 0; component < wanted; component++) {
            var vector = new double[size];
            for (int i = 0; i < size; i++) {
              vector[i] = vectors.getDouble(i, size - 1 - component);
            }
            double sign = Math.signum(largest(vector));
            for (int i = 0; i < size; i++) {
              components[component * size + i] = (float) (sign * vector[i]);
            }
          }
        }
      }
      return components;
    }

    private static double largest(double[] values) {
      double largest = 0;
      for (double value : values) {
        largest = Math.abs(value) > Math.abs(largest) ? value : largest;
      }
      return largest;
    }
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    return ImmutableMap.of(
        PcaCoefficients.MEAN,
        List.of(mean.length),
        PcaCoefficients.BASIS,
        List.of(basis.length / mean.length, mean.length));
  }

  @Override
  public float[] floats(String name) {
    return switch (name) {
      case PcaCoefficients.MEAN -> mean.clone();
      case PcaCoefficients.BASIS -> basis.clone();
      default -> throw new IllegalArgumentException("a PCA basis has no " + name);
    };
  }
}
