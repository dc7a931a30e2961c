package org.maejava.train;

import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
 *
 * <p>They are moved in groups: TensorFlow compiles every new combination of feeds and fetches, a
 * third of a second for ViT-B's training graph, and one call for each of its 750 variables took
 * minutes.
 */
public final class Variables implements WeightSource {

  private static final long BYTES_PER_CALL = 64 << 20;

  private final Map<String, Access> accesses;
  private final Map<String, Place> places = new HashMap<>();
  private final Session session;

  private record Access(Param param, Operand<TFloat32> input, Op assignment) {}

  /** A parameter among those that are fetched with it. */
  private record Place(List<Access> group, int index) {}

  /** Adds what it needs to the graph; make the session's other operations first. */
  public Variables(Ops tf, Session session, List<Param> params) {
    this.session = session;
    var byName = ImmutableMap.<String, Access>builder();
    for (var param : params) {
      var input = tf.placeholder(TFloat32.class);
      byName.put(
          param.name(), new Access(param, input, tf.assignVariableOp(param.handle(), input)));
    }
    accesses = byName.build();
    for (var group : inGroups(accesses.values())) {
      for (int i = 0; i < group.size(); i++) {
        places.put(group.get(i).param().name(), new Place(group, i));
      }
    }
  }

  private static List<List<Access>> inGroups(Iterable<Access> accesses) {
    var groups = new ArrayList<List<Access>>();
    long bytes = BYTES_PER_CALL;
    for (var access : accesses) {
      bytes += 4 * access.param().size();
      if (bytes > BYTES_PER_CALL) {
        groups.add(new ArrayList<>());
        bytes = 4 * access.param().size();
      }
      groups.get(groups.size() - 1).add(access);
    }
    return groups;
  }

  /** Gives every parameter its initial values, each from a generator of its own. */
  public void initialise(Draws draws) {
    write(
        accesses.values(),
        param -> param.init().values(param.dimensions(), draws.at("init " + param.name())));
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
    var covered =
        accesses.values().stream()
            .filter(access -> found.containsKey(access.param().name()))
            .toList();
    write(covered, param -> source.floats(param.name()));
  }

  private void write(Iterable<Access> written, Function<Param, float[]> values) {
    for (var group : inGroups(written)) {
      var tensors = new ArrayList<TFloat32>();
      try {
        var runner = session.runner();
        for (var access : group) {
          var tensor = tensor(access.param(), values.apply(access.param()));
          tensors.add(tensor);
          runner.feed(access.input(), tensor).addTarget(access.assignment());
        }
        runner.run().close();
      } finally {
        tensors.forEach(TFloat32::close);
      }
    }
  }

  private static TFloat32 tensor(Param param, float[] values) {
    var shape = Shape.of(param.shape().stream().mapToLong(Integer::longValue).toArray());
    return TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    var shapes = ImmutableMap.<String, List<Integer>>builder();
    accesses.forEach((name, access) -> shapes.put(name, access.param().shape()));
    return shapes.build();
  }

  @Override
  public float[] floats(String name) {
    var place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("there is no parameter " + name);
    }
    // On a CPU fetching the whole group copies nothing.
    var runner = session.runner();
    place.group().forEach(access -> runner.fetch(access.param().value()));
    try (var result = runner.run()) {
      var param = place.group().get(place.index()).param();
      var values = new float[Math.toIntExact(param.size())];
      result.get(place.index()).asRawTensor().data().asFloats().read(values);
      return values;
    }
  }
}
