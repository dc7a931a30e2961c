package org.maejava.train;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.maejava.nn.StatisticUpdate;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What a training graph feeds and what it makes small.
 *
 * @param inputs placeholders by the names of {@link Batch}
 * @param loss a scalar
 * @param updates to be run with every step, such as running statistics
 */
public record Objective(
    Map<String, Operand<TFloat32>> inputs, Operand<TFloat32> loss, List<StatisticUpdate> updates) {

  public Objective {
    inputs = ImmutableMap.copyOf(inputs);
    updates = List.copyOf(updates);
  }

  /**
   * The inputs' values for some images of a batch.
   *
   * @param inputs by the names of {@link Batch}
   */
  public record Part(Map<String, Operand<TFloat32>> inputs) {

    public Part {
      inputs = ImmutableMap.copyOf(inputs);
    }

    /** One of them. */
    public Operand<TFloat32> input(String name) {
      var input = inputs.get(name);
      if (input == null) {
        throw new IllegalArgumentException(
            "no input %s; there are %s".formatted(name, inputs.keySet()));
      }
      return input;
    }
  }

  /**
   * The mean over a batch, computed in parts of it: each is a chain of operations of its own, so
   * that as many processors work side by side without waiting for each other inside an operation.
   *
   * @param inputs of one known batch size, the first dimension
   * @param parts of the batch; at most its size
   * @param loss from some images to their mean loss
   */
  public static Objective inParts(
      Ops tf,
      Map<String, Operand<TFloat32>> inputs,
      int parts,
      Function<Part, Operand<TFloat32>> loss) {
    int batch = (int) inputs.values().iterator().next().shape().get(0);
    checkArgument(parts >= 1 && parts <= batch, "%s parts of %s images", parts, batch);
    if (parts == 1) {
      return new Objective(inputs, loss.apply(new Part(inputs)), List.of());
    }
    var shares = new ArrayList<Operand<TFloat32>>();
    for (int part = 0; part < parts; part++) {
      int from = batch * part / parts;
      int count = batch * (part + 1) / parts - from;
      var ofPart = Maps.transformValues(inputs, input -> images(tf, input, from, count));
      var share = tf.constant((float) count / batch);
      shares.add(tf.math.mul(loss.apply(new Part(ofPart)), share));
    }
    return new Objective(inputs, tf.math.addN(shares), List.of());
  }

  private static Operand<TFloat32> images(Ops tf, Operand<TFloat32> input, int from, int count) {
    var begin = new int[input.shape().numDimensions()];
    var size = new int[begin.length];
    Arrays.fill(size, -1);
    begin[0] = from;
    size[0] = count;
    return tf.slice(input, tf.constant(begin), tf.constant(size));
  }
}
