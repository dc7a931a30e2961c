package org.maejava.cluster;

import com.google.common.math.IntMath;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * All processes that train one model, this one among them, as a graph and its session see them.
 * Each process builds the same graphs in the same order.
 */
public sealed interface Workers permits Alone, JoinedWorkers {

  /** This process by itself. */
  static Workers alone() {
    return Alone.INSTANCE;
  }

  /** How many there are. */
  int count();

  /** This one's place among them, from 0. */
  int index();

  /** Whether this one writes the files. */
  default boolean isChief() {
    return index() == 0;
  }

  /**
   * What may stop this one between two batches. Several stop together, after an update in which all
   * learn of it, so none of them does alone.
   *
   * @param stop whether this one is asked to
   */
  default BooleanSupplier alone(BooleanSupplier stop) {
    return count() == 1 ? stop : () -> false;
  }

  /** A session for a graph in which {@link #mean} may stand; the caller's to close. */
  Session session(Graph graph, ConfigProto config);

  /**
   * The means over all workers, element by element, equal to the last bit on each of them. Values
   * travel in a few messages, the last ones first, each as soon as it is whole.
   *
   * @param values of the same shapes on every worker, all known
   * @param wire what values are rounded to and added up in on their way
   */
  List<Operand<TFloat32>> mean(
      Ops tf, List<Operand<TFloat32>> values, Class<? extends TFloating> wire);

  /** As the other one, without rounding. */
  default List<Operand<TFloat32>> mean(Ops tf, List<Operand<TFloat32>> values) {
    return mean(tf, values, TFloat32.class);
  }

  /**
   * What every worker says; waits for all of them.
   *
   * @param mine as many numbers as every other worker's
   * @return by worker
   * @throws WorkerLostException if one does not answer in time
   */
  long[][] gather(long[] mine);

  /**
   * As the other one, of any length.
   *
   * @return by worker
   */
  default List<byte[]> gather(byte[] mine) {
    var lengths = gather(new long[] {mine.length});
    int longest = (int) Arrays.stream(lengths).mapToLong(length -> length[0]).max().orElseThrow();
    if (longest == 0) {
      return Collections.nCopies(count(), mine);
    }
    var padded = new long[IntMath.divide(longest, Long.BYTES, RoundingMode.CEILING)];
    ByteBuffer.wrap(Arrays.copyOf(mine, padded.length * Long.BYTES)).asLongBuffer().get(padded);
    var all = gather(padded);
    var said = new ArrayList<byte[]>();
    for (int worker = 0; worker < all.length; worker++) {
      var bytes = ByteBuffer.allocate(padded.length * Long.BYTES);
      bytes.asLongBuffer().put(all[worker]);
      said.add(Arrays.copyOf(bytes.array(), (int) lengths[worker][0]));
    }
    return said;
  }

  /** What a failed call means: which worker is gone, if that can be told. */
  RuntimeException explain(TensorFlowException failure);
}
