package org.maejava.savedmodel.hub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maejava.savedmodel.weights.NameFamily;
import org.maejava.weights.WeightSource;

/**
 * Published weights under a library's names. Tensors are copied bit by bit, cut in three where a
 * library has query, key and value apart. A probe's normalisation of features has no place in any
 * library and is folded into its head.
 */
final class HubWeights implements WeightSource {

  /** As the published probe's. */
  private static final double EPSILON = 1e-6;

  private record Tensor(String published, List<Integer> shape, int third, int of) {}

  private final WeightSource source;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final boolean folded;

  /**
   * What a library takes of some weights.
   *
   * @param decoder whether the library has a decoder
   */
  HubWeights(WeightSource source, NameFamily family, boolean decoder) {
    this.source = source;
    folded = source.shapes().containsKey("head.1.weight");
    source
        .shapes()
        .forEach(
            (name, shape) -> {
              boolean ofDecoder = name.startsWith("decoder_") || name.equals("mask_token");
              if (!ofDecoder || decoder) {
                libraryName(name).ifPresent(known -> put(name, known, shape, family));
              }
            });
  }

  /** The name that the library's table knows; empty for what is folded into another tensor. */
  private Optional<String> libraryName(String published) {
    if (!folded || !published.startsWith("head.")) {
      return Optional.of(published);
    }
    return published.startsWith("head.1.")
        ? Optional.of(published.replace("head.1.", "head."))
        : Optional.empty();
  }

  private void put(String published, String known, List<Integer> shape, NameFamily family) {
    var names = family.table().foreign(known);
    for (int i = 0; i < names.size(); i++) {
      var part = shape;
      if (names.size() > 1) {
        part = new ArrayList<>(shape);
        part.set(0, shape.get(0) / names.size());
      }
      tensors.put(names.get(i), new Tensor(published, List.copyOf(part), i, names.size()));
    }
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    var shapes = new LinkedHashMap<String, List<Integer>>();
    tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape));
    return shapes;
  }

  @Override
  public float[] floats(String name) {
    var tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("there is no tensor " + name);
    }
    var values =
        folded && tensor.published.startsWith("head.1.")
            ? folded(tensor.published)
            : source.floats(tensor.published);
    int length = values.length / tensor.of;
    return tensor.of == 1
        ? values
        : Arrays.copyOfRange(values, tensor.third * length, (tensor.third + 1) * length);
  }

  /** The head that gives of plain features what it gave of normalised ones. */
  private float[] folded(String name) {
    var weight = source.floats("head.1.weight").clone();
    var bias = source.floats("head.1.bias").clone();
    var mean = source.floats("head.0.running_mean");
    var variance = source.floats("head.0.running_var");
    for (int row = 0; row < bias.length; row++) {
      double moved = bias[row];
      for (int column = 0; column < mean.length; column++) {
        int at = row * mean.length + column;
        double scaled = weight[at] / Math.sqrt(variance[column] + EPSILON);
        moved -= scaled * mean[column];
        weight[at] = (float) scaled;
      }
      bias[row] = (float) moved;
    }
    return name.endsWith("weight") ? weight : bias;
  }
}
