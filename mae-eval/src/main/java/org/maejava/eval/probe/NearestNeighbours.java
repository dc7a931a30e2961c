package org.maejava.eval.probe;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.run.StoppedException;
import org.maejava.nn.Params;
import org.maejava.train.InferenceGraph;
import org.tensorflow.Result;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The k known images most alike by cosine vote for their class, each with exp(cosine /
 * temperature): the protocol of Wu et al. (2018, section 3.4) and Caron et al. (2021), who take k =
 * 20 and a temperature of 0.07.
 *
 * <p>Where fewer than k are known, all vote; of equally alike ones the first do. A class without a
 * vote is given one part in a million, so that the loss stays finite.
 *
 * @param neighbours k, at least 1
 * @param temperature above 0
 */
public record NearestNeighbours(int neighbours, double temperature) implements FeatureClassifier {

  /** What is tried where nothing else is said. */
  public static final List<Integer> DEFAULT_NEIGHBOURS = List.of(5, 10, 20, 100);

  /** As in the papers. */
  public static final double DEFAULT_TEMPERATURE = 0.07;

  private static final double NO_VOTE = 1e-6;

  /** Compared at once; the similarities of a block take 64 MB. */
  private static final int ASKED = 256;

  private static final int KNOWN = 1 << 16;

  /** Checks the numbers. */
  public NearestNeighbours {
    if (neighbours < 1) {
      throw new IllegalArgumentException(
          "%d nearest neighbours; there must be at least 1".formatted(neighbours));
    }
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a temperature of %s for nearest neighbours; it must be above 0".formatted(temperature));
    }
  }

  @Override
  public String name() {
    return temperature == DEFAULT_TEMPERATURE
        ? "k = %d".formatted(neighbours)
        : "k = %d, temperature %s".formatted(neighbours, temperature);
  }

  @Override
  public long parameters(int width, int classes) {
    return 0;
  }

  @Override
  public float[][] logits(
      Features known, float[][] asked, int classes, Machine machine, BooleanSupplier stop) {
    var directions = directions(known.rows());
    var logits = new float[asked.length][];
    try (var graph = new InferenceGraph(NearestNeighbours::similarity, machine.session())) {
      for (int from = 0; from < asked.length; from += ASKED) {
        if (stop.getAsBoolean()) {
          throw new StoppedException(
              String.format(Locale.ROOT, "at the votes on image %,d of %,d", from, asked.length));
        }
        var block =
            directions(Arrays.copyOfRange(asked, from, Math.min(asked.length, from + ASKED)));
        var nearest = nearest(graph, directions, block);
        for (int i = 0; i < block.length; i++) {
          logits[from + i] = logits(nearest[i], known.labels(), classes);
        }
      }
    }
    return logits;
  }

  /** The most alike of the known, the most alike first. */
  private Alike[][] nearest(InferenceGraph graph, float[][] known, float[][] asked) {
    var nearest = new Alike[asked.length][0];
    for (int from = 0; from < known.length; from += KNOWN) {
      var part = Arrays.copyOfRange(known, from, Math.min(known.length, from + KNOWN));
      int count = Math.min(neighbours, part.length);
      try (var askedTensor = tensor(asked);
          var knownTensor = tensor(part);
          var countTensor = TInt32.scalarOf(count);
          var result =
              graph.run(
                  "nearest",
                  Map.of("asked", askedTensor, "known", knownTensor, "count", countTensor))) {
        for (int i = 0; i < asked.length; i++) {
          nearest[i] = merged(nearest[i], result, i, count, from);
        }
      }
    }
    return nearest;
  }

  /** A known image, by its number. */
  private record Alike(int known, float cosine) {}

  /** Both are sorted; of equals those found first stay first. */
  private Alike[] merged(Alike[] before, Result result, int row, int count, int from) {
    var cosines = (TFloat32) result.get("cosines").orElseThrow();
    var indices = (TInt32) result.get("indices").orElseThrow();
    var merged = new Alike[Math.min(neighbours, before.length + count)];
    int a = 0;
    int b = 0;
    for (int i = 0; i < merged.length; i++) {
      boolean first =
          b >= count || (a < before.length && before[a].cosine() >= cosines.getFloat(row, b));
      merged[i] =
          first
              ? before[a++]
              : new Alike(from + indices.getInt(row, b), cosines.getFloat(row, b++));
    }
    return merged;
  }

  private float[] logits(Alike[] nearest, int[] labels, int classes) {
    var votes = new double[classes];
    double sum = 0;
    for (var alike : nearest) {
      // Relative to the most alike: no temperature overflows.
      double vote = Math.exp((alike.cosine() - nearest[0].cosine()) / temperature);
      votes[labels[alike.known()]] += vote;
      sum += vote;
    }
    var logits = new float[classes];
    for (int i = 0; i < classes; i++) {
      logits[i] = (float) Math.log(Math.max(NO_VOTE, votes[i] / sum));
    }
    return logits;
  }

  private static List<Signature> similarity(Ops tf, Params params) {
    var matrix = Shape.of(Shape.UNKNOWN_SIZE, Shape.UNKNOWN_SIZE);
    var asked = tf.placeholder(TFloat32.class, Placeholder.shape(matrix));
    var known = tf.placeholder(TFloat32.class, Placeholder.shape(matrix));
    var count = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
    var cosines = tf.linalg.matMul(asked, known, MatMul.transposeB(true));
    var best = tf.nn.topK(cosines, count, TInt32.class);
    return List.of(
        Signature.builder()
            .key("nearest")
            .input("asked", asked)
            .input("known", known)
            .input("count", count)
            .output("cosines", best.values())
            .output("indices", best.indices())
            .build());
  }

  private static TFloat32 tensor(float[][] rows) {
    return TFloat32.tensorOf(StdArrays.ndCopyOf(rows));
  }

  /** Of length 1; nothing stays nothing, and is like no other. */
  private static float[][] directions(float[][] rows) {
    return Arrays.stream(rows)
        .map(
            row -> {
              double length = 0;
              for (float value : row) {
                length += (double) value * value;
              }
              double scale = length > 0 ? 1 / Math.sqrt(length) : 0;
              var direction = new float[row.length];
              for (int i = 0; i < row.length; i++) {
                direction[i] = (float) (scale * row[i]);
              }
              return direction;
            })
        .toArray(float[][]::new);
  }
}
