package org.maejava.train;

import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.maejava.nn.Params.Param;
import org.maejava.random.Draws;
import org.maejava.weights.KeyDiff;
import org.maejava.weights.WeightSource;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The values of a graph's parameters in a session: written, read, and a source for other graphs.
 */
public final class Variables implements WeightSource {

  private final Map<String, Param> params;
  private final Map<String, Op> assignments;
  private final Operand<TFloat32> value;
  private final Session session;

  /** Adds what it needs to the graph; make the session's other operations first. */
  public Variables(Ops tf, Session session, List<Param> params) {
    this.session = session;
    value = tf.placeholder(TFloat32.class);
    var byName = new LinkedHashMap<String, Param>();
    var assign = new LinkedHashMap<String, Op>();
    for (var param : params) {
      byName.put(param.name(), param);
      assign.put(param.name(), tf.assignVariableOp(param.handle(), value));
    }
    this.params = byName;
    assignments = assign;
  }

  /** Gives every parameter its initial values, each from a generator of its own. */
  public void initialise(Draws draws) {
    params
        .values()
        .forEach(
            param ->
                write(
                    param,
                    param.init().values(param.dimensions(), draws.at("init " + param.name()))));
  }

  /**
   * Takes over every tensor of a source, after comparing the key sets.
   *
   * @param sourceName for messages
   * @param mayMiss names that keep their values when the source lacks them
   * @param mayIgnore names of the source that the graph need not have
   * @throws org.maejava.weights.WeightMismatchException before anything is written
   */
  public void restore(
      String sourceName,
      WeightSource source,
      Predicate<String> mayMiss,
      Predicate<String> mayIgnore) {
    var found = source.shapes();
    KeyDiff.between(shapes(), found).check(sourceName, mayMiss, mayIgnore);
    params.values().stream()
        .filter(param -> found.containsKey(param.name()))
        .forEach(param -> write(param, source.floats(param.name())));
  }

  private void write(Param param, float[] values) {
    var shape = Shape.of(param.shape().stream().mapToLong(Integer::longValue).toArray());
    try (var tensor = TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
        var result =
            session.runner().feed(value, tensor).addTarget(assignments.get(param.name())).run()) {
      assert result.size() == 0;
    }
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    var shapes = ImmutableMap.<String, List<Integer>>builder();
    params.values().forEach(param -> shapes.put(param.name(), param.shape()));
    return shapes.build();
  }

  @Override
  public float[] floats(String name) {
    var param = params.get(name);
    if (param == null) {
      throw new IllegalArgumentException("there is no parameter " + name);
    }
    try (var result = session.runner().fetch(param.value()).run()) {
      var values = new float[Math.toIntExact(param.size())];
      result.get(0).asRawTensor().data().asFloats().read(values);
      return values;
    }
  }
}
