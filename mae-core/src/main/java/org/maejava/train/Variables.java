package org.maejava.train;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.maejava.nn.Init;
import org.maejava.nn.Params.Param;
import org.maejava.random.Draws;
import org.maejava.weights.FiniteWeights;
import org.maejava.weights.KeyDiff;
import org.maejava.weights.WeightSource;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
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

  private static final long BYTES_PER_READ = 64 << 20;

  /** What is written stays in TensorFlow's memory as the variable, without a copy. */
  private static final long BYTES_PER_WRITE = 512 << 20;

  private final Map<String, Access> accesses;
  private final Map<String, Place> places = new HashMap<>();
  private final Session session;

  private record Access(Param param, Operand<TFloat32> input, Op assignment) {}

  /** A parameter among those that are fetched with it. */
  private record Place(List<Access> group, int index) {
    Access access() {
      return group.get(index);
    }
  }

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
    for (var group : inGroups(accesses.values(), BYTES_PER_READ)) {
      for (int i = 0; i < group.size(); i++) {
        places.put(group.get(i).param().name(), new Place(group, i));
      }
    }
  }

  private static List<List<Access>> inGroups(Iterable<Access> accesses, long most) {
    var groups = new ArrayList<List<Access>>();
    long bytes = most;
    for (var access : accesses) {
      bytes += 4 * access.param().size();
      if (bytes > most) {
        groups.add(new ArrayList<>());
        bytes = 4 * access.param().size();
      }
      groups.get(groups.size() - 1).add(access);
    }
    return groups;
  }

  /** Gives every parameter its initial values, each from a generator of its own. */
  public void initialise(Draws draws) {
    write(accesses.values(), param -> tensor(param, taker -> begin(param, draws, taker)));
  }

  private static void begin(Param param, Draws draws, Taker<RuntimeException> taker) {
    if (param.init() instanceof Init.Constant constant) {
      repeat(constant.value(), param.size(), taker);
    } else {
      var values = param.init().values(param.dimensions(), draws.at("init " + param.name()));
      taker.take(values, values.length);
    }
  }

  /**
   * Takes over every tensor of a source, after comparing the key sets.
   *
   * @param sourceName for messages
   * @param mayMiss names that keep their values when the source lacks them
   * @param mayIgnore names of the source that the graph need not have
   * @throws org.maejava.weights.WeightMismatchException before anything is written
   * @throws org.maejava.weights.NonFiniteWeightsException if a value is infinite or not a number
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
    var finite = new FiniteWeights(sourceName, source);
    write(covered, param -> tensor(param, taker -> finite.pieces(param.name(), taker)));
  }

  private void write(Iterable<Access> written, Function<Param, TFloat32> values) {
    for (var group : inGroups(written, BYTES_PER_WRITE)) {
      var tensors = new ArrayList<TFloat32>();
      try {
        var runner = session.runner();
        for (var access : group) {
          var tensor = values.apply(access.param());
          tensors.add(tensor);
          runner.feed(access.input(), tensor).addTarget(access.assignment());
        }
        runner.run().close();
      } finally {
        tensors.forEach(TFloat32::close);
      }
    }
  }

  /** Filled by and by, so that Java's heap does not grow by what TensorFlow will hold. */
  private static TFloat32 tensor(Param param, Consumer<Taker<RuntimeException>> pieces) {
    return TFloat32.tensorOf(
        shape(param),
        tensor -> {
          var data = tensor.asRawTensor().data().asFloats();
          long[] written = {0};
          pieces.accept(
              (values, count) -> {
                data.offset(written[0]).write(values, 0, count);
                written[0] += count;
              });
          checkState(
              written[0] == param.size(),
              "%s has %s values, not %s",
              param.name(),
              written[0],
              param.size());
        });
  }

  private static void repeat(float value, long times, Taker<RuntimeException> taker) {
    var piece = new float[(int) Math.min(times, VALUES_AT_A_TIME)];
    Arrays.fill(piece, value);
    for (long left = times; left > 0; left -= piece.length) {
      taker.take(piece, (int) Math.min(left, piece.length));
    }
  }

  private static Shape shape(Param param) {
    return Shape.of(param.shape().stream().mapToLong(Integer::longValue).toArray());
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    var shapes = ImmutableMap.<String, List<Integer>>builder();
    accesses.forEach((name, access) -> shapes.put(name, access.param().shape()));
    return shapes.build();
  }

  @Override
  public float[] floats(String name) {
    return WeightSource.joined(this, name, place(name).access().param().size());
  }

  @Override
  public <E extends Exception> void pieces(String name, Taker<E> taker) throws E {
    var place = place(name);
    // On a CPU fetching the whole group copies nothing.
    var runner = session.runner();
    place.group().forEach(access -> runner.fetch(access.param().value()));
    try (var result = runner.run()) {
      var data = result.get(place.index()).asRawTensor().data().asFloats();
      var piece = new float[(int) Math.min(data.size(), VALUES_AT_A_TIME)];
      for (long from = 0; from < data.size(); from += piece.length) {
        int count = (int) Math.min(piece.length, data.size() - from);
        data.offset(from).read(piece, 0, count);
        taker.take(piece, count);
      }
    }
  }

  private Place place(String name) {
    var place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("there is no parameter " + name);
    }
    return place;
  }
}
