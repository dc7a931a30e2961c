package org.maejava.train;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/**
 * What a training graph feeds and what it makes small.
 *
 * @param inputs placeholders by the names of {@link Batch}
 * @param loss a scalar
 * @param updates to be run with every step, such as running statistics
 */
public record Objective(
    Map<String, Operand<TFloat32>> inputs, Operand<TFloat32> loss, List<Op> updates) {

  public Objective {
    inputs = ImmutableMap.copyOf(inputs);
    updates = List.copyOf(updates);
  }
}
