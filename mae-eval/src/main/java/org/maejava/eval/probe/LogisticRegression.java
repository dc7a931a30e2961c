package org.maejava.eval.probe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.run.StoppedException;
import org.maejava.nn.Params;
import org.maejava.train.InferenceGraph;
import org.tensorflow.Signature;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Multinomial logistic regression by L-BFGS: the mean cross-entropy plus half the penalty times the
 * squared weights, biases left alone, is made small on features of mean 0 and variance 1. In
 * float64; scikit-learn's C is 1 / (penalty · images).
 *
 * @param weights {@code [D][classes]}, of features as they are
 * @param bias {@code [classes]}
 * @param loss what was made small, at its end
 * @param gradient its largest component there
 * @param iterations of L-BFGS
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
public record LogisticRegression(
    double[][] weights, double[] bias, double loss, double gradient, int iterations) {

  private static final int MEMORY = 10;
  private static final double TOLERANCE = 1e-6;
  private static final int MAX_ITERATIONS = 1000;
  private static final int ROWS_AT_ONCE = 1 << 14;

  /**
   * Fits it.
   *
   * @param rows {@code [N][D]}
   * @param targets class probabilities {@code [N][classes]}, each row summing to 1
   * @param penalty of the squared weights, at least 0
   * @throws StoppedException if asked to stop
   */
  public static LogisticRegression fit(
      float[][] rows, float[][] targets, double penalty, Machine machine, BooleanSupplier stop) {
    var scaling = Scaling.of(rows);
    int width = rows[0].length;
    int classes = targets[0].length;
    try (var objective = new Objective(rows, targets, scaling, penalty, machine, stop)) {
      var minimum =
          new Lbfgs(MEMORY, TOLERANCE, MAX_ITERATIONS)
              .minimise(objective::look, new double[(width + 1) * classes]);
      return unscaled(minimum, scaling, width, classes);
    }
  }

  /** For features as they are, not as they were scaled. */
  private static LogisticRegression unscaled(
      Lbfgs.Minimum minimum, Scaling scaling, int width, int classes) {
    var weights = new double[width][classes];
    var bias = Arrays.copyOfRange(minimum.point(), width * classes, (width + 1) * classes);
    for (int i = 0; i < width; i++) {
      for (int c = 0; c < classes; c++) {
        weights[i][c] = minimum.point()[i * classes + c] * scaling.factor[i];
        bias[c] -= weights[i][c] * scaling.mean[i];
      }
    }
    return new LogisticRegression(
        weights, bias, minimum.value(), minimum.gradient(), minimum.iterations());
  }

  /** Features {@code [Q][D]} → logits {@code [Q][classes]}. */
  public float[][] logits(float[][] rows) {
    return Arrays.stream(rows).map(this::logits).toArray(float[][]::new);
  }

  private float[] logits(float[] row) {
    var sums = bias.clone();
    for (int i = 0; i < row.length; i++) {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += row[i] * weights[i][c];
      }
    }
    var logits = new float[sums.length];
    for (int c = 0; c < sums.length; c++) {
      logits[c] = (float) sums[c];
    }
    return logits;
  }

  /** To mean 0 and variance 1; a feature that never changes to 0. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
  private record Scaling(double[] mean, double[] factor) {

    private static final double SMALLEST = 1e-12;

    static Scaling of(float[][] rows) {
      int width = rows[0].length;
      var mean = new double[width];
      for (var row : rows) {
        for (int i = 0; i < width; i++) {
          mean[i] += row[i] / (double) rows.length;
        }
      }
      var factor = new double[width];
      for (var row : rows) {
        for (int i = 0; i < width; i++) {
          factor[i] += (row[i] - mean[i]) * (row[i] - mean[i]) / rows.length;
        }
      }
      for (int i = 0; i < width; i++) {
        boolean moves = factor[i] > SMALLEST * Math.max(SMALLEST, mean[i] * mean[i]);
        factor[i] = moves ? 1 / Math.sqrt(factor[i]) : 0;
      }
      return new Scaling(mean, factor);
    }

    float[] flat(float[][] rows, int from, int to) {
      int width = mean.length;
      var flat = new float[(to - from) * width];
      for (int row = from; row < to; row++) {
        for (int i = 0; i < width; i++) {
          flat[(row - from) * width + i] = (float) ((rows[row][i] - mean[i]) * factor[i]);
        }
      }
      return flat;
    }
  }

  private record Chunk(TFloat32 rows, TFloat32 targets) {}

  /** The objective in a graph, the features as tensors that stay. */
  private static final class Objective implements AutoCloseable {
    private final int images;
    private final int width;
    private final int classes;
    private final double penalty;
    private final BooleanSupplier stop;
    private final InferenceGraph graph;
    private final List<Chunk> chunks = new ArrayList<>();

    Objective(
        float[][] rows,
        float[][] targets,
        Scaling scaling,
        double penalty,
        Machine machine,
        BooleanSupplier stop) {
      images = rows.length;
      width = rows[0].length;
      classes = targets[0].length;
      this.penalty = penalty;
      this.stop = stop;
      for (int from = 0; from < images; from += ROWS_AT_ONCE) {
        int to = Math.min(images, from + ROWS_AT_ONCE);
        var flatTargets = new float[(to - from) * classes];
        for (int i = from; i < to; i++) {
          System.arraycopy(targets[i], 0, flatTargets, (i - from) * classes, classes);
        }
        chunks.add(
            new Chunk(
                TFloat32.tensorOf(
                    Shape.of(to - from, width), DataBuffers.of(scaling.flat(rows, from, to))),
                TFloat32.tensorOf(Shape.of(to - from, classes), DataBuffers.of(flatTargets))));
      }
      graph = new InferenceGraph(this::functions, machine.session());
    }

    /** Sums over rows: the loss and its gradients. */
    private List<Signature> functions(Ops tf, Params params) {
      var rows = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, width)));
      var targets = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, classes)));
      var weights = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(width, classes)));
      var bias = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(classes)));
      var x = tf.dtypes.cast(rows, TFloat64.class);
      var logits = tf.math.add(tf.linalg.matMul(x, weights), bias);
      var loss =
          tf.nn.softmaxCrossEntropyWithLogits(logits, tf.dtypes.cast(targets, TFloat64.class));
      return List.of(
          Signature.builder()
              .key("look")
              .input("rows", rows)
              .input("targets", targets)
              .input("weights", weights)
              .input("bias", bias)
              .output("loss", tf.sum(loss.loss(), tf.constant(0)))
              .output("ofWeights", tf.linalg.matMul(x, loss.backprop(), MatMul.transposeA(true)))
              .output("ofBias", tf.sum(loss.backprop(), tf.constant(0)))
              .build());
    }

    Lbfgs.Look look(double[] point) {
      if (stop.getAsBoolean()) {
        throw new StoppedException("in the logistic regression");
      }
      double loss = 0;
      var gradient = new double[point.length];
      try (var weights =
              TFloat64.tensorOf(
                  Shape.of(width, classes), DataBuffers.of(Arrays.copyOf(point, width * classes)));
          var bias =
              TFloat64.tensorOf(
                  Shape.of(classes),
                  DataBuffers.of(Arrays.copyOfRange(point, width * classes, point.length)))) {
        for (var chunk : chunks) {
          var inputs =
              Map.<String, Tensor>of(
                  "rows", chunk.rows, "targets", chunk.targets, "weights", weights, "bias", bias);
          try (var result = graph.run("look", inputs)) {
            loss += ((TFloat64) result.get("loss").orElseThrow()).getDouble();
            add(gradient, 0, (TFloat64) result.get("ofWeights").orElseThrow());
            add(gradient, width * classes, (TFloat64) result.get("ofBias").orElseThrow());
          }
        }
      }
      return penalised(loss / images, gradient, point);
    }

    private static void add(double[] gradient, int from, TFloat64 values) {
      var buffer = values.asRawTensor().data().asDoubles();
      for (int i = 0; i < buffer.size(); i++) {
        gradient[from + i] += buffer.getDouble(i);
      }
    }

    private Lbfgs.Look penalised(double loss, double[] gradient, double[] point) {
      double squares = 0;
      for (int i = 0; i < point.length; i++) {
        gradient[i] /= images;
        if (i < width * classes) {
          squares += point[i] * point[i];
          gradient[i] += penalty * point[i];
        }
      }
      return new Lbfgs.Look(loss + penalty / 2 * squares, gradient);
    }

    @Override
    public void close() {
      graph.close();
      chunks.forEach(
          chunk -> {
            chunk.rows.close();
            chunk.targets.close();
          });
    }
  }
}
