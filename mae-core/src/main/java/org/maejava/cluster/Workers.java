package org.maejava.cluster;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

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
   */
  List<Operand<TFloat32>> mean(Ops tf, List<Operand<TFloat32>> values);

  /**
   * What every worker says; waits for all of them.
   *
   * @param mine as many numbers as every other worker's
   * @return by worker
   * @throws WorkerLostException if one does not answer in time
   */
  long[][] gather(long[] mine);

  /** What a failed call means: which worker is gone, if that can be told. */
  RuntimeException explain(TensorFlowException failure);
}
