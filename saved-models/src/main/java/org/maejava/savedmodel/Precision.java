package org.maejava.savedmodel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import org.maejava.random.Draws;
import org.maejava.train.InferenceGraph;
import org.tensorflow.types.TFloat32;

/** What a model computes in, and what that costs. Weights are float32 in any case. */
public sealed interface Precision {

  /** As it was trained. */
  record Float32() implements Precision {}

  /**
   * The blocks' matrix products and GELU in bfloat16.
   *
   * @param images that the rest was measured on: uniform noise
   * @param meanDistance of the features from those in float32, over their length, mean of images
   * @param largestDistance the largest of these
   * @param imagesPerSecond of the function {@link Signatures#FEATURES}
   * @param float32ImagesPerSecond the same in float32
   */
  record Bfloat16(
      int images,
      double meanDistance,
      double largestDistance,
      double imagesPerSecond,
      double float32ImagesPerSecond)
      implements Precision {}

  /**
   * What bfloat16 costs and brings on this machine.
   *
   * @param exact a model in float32, with its weights
   * @param rounded the same in bfloat16
   */
  static Bfloat16 measure(InferenceGraph exact, InferenceGraph rounded) {
    int batch = 16;
    try (var images = noise(exact, batch)) {
      var right = features(exact, images);
      var near = features(rounded, images);
      var distances = new ArrayList<Double>();
      for (int i = 0; i < batch; i++) {
        distances.add(distance(right[i], near[i]));
      }
      // In turns, and of each the best: others may be at work on this machine.
      double slow = 0;
      double fast = 0;
      for (int round = 0; round < 3; round++) {
        slow = Math.max(slow, perSecond(exact, images));
        fast = Math.max(fast, perSecond(rounded, images));
      }
      double mean = distances.stream().mapToDouble(Double::doubleValue).sum() / batch;
      return new Bfloat16(batch, mean, Collections.max(distances), fast, slow);
    }
  }

  private static TFloat32 noise(InferenceGraph graph, int batch) {
    var spec =
        graph.signatures().stream()
            .filter(signature -> signature.key().equals(Signatures.FEATURES))
            .map(ModelFunction::of)
            .findFirst()
            .orElseThrow()
            .input(Signatures.IMAGES);
    long length = spec.shape().stream().skip(1).reduce(1L, Math::multiplyExact);
    var random = new Draws(0).at("precision");
    var rows = new float[batch][Math.toIntExact(length)];
    for (var row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextFloat();
      }
    }
    return BatchArrays.toTensor(Signatures.IMAGES, rows, spec);
  }

  private static float[][] features(InferenceGraph graph, TFloat32 images) {
    try (var result = graph.run(Signatures.FEATURES, Map.of(Signatures.IMAGES, images))) {
      return BatchArrays.fromTensor(result.get(Signatures.FEATURES).orElseThrow());
    }
  }

  private static double perSecond(InferenceGraph graph, TFloat32 images) {
    long start = System.nanoTime();
    graph.run(Signatures.FEATURES, Map.of(Signatures.IMAGES, images)).close();
    return images.shape().get(0) * 1e9 / (System.nanoTime() - start);
  }

  private static double distance(float[] right, float[] near) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < right.length; i++) {
      difference += Math.pow(right[i] - near[i], 2);
      length += Math.pow(right[i], 2);
    }
    return Math.sqrt(difference / length);
  }
}
