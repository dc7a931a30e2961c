package org.maejava.eval.bench;

import com.google.common.base.Stopwatch;
import com.google.common.math.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.maejava.eval.machine.Machine;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * How fast this machine multiplies matrices now: what a step can reach at best. Machines differ by
 * a factor of two from day to day, so a speed says little without it.
 */
public final class MatrixRate {

  private static final int SIDE = 2048;
  private static final int WARM_UP = 3;
  private static final int PRODUCTS = 9;

  private MatrixRate() {}

  /** Floating-point operations in a second, in the type that a recipe's blocks compute in. */
  public static double perSecond(Machine machine, boolean bfloat16) {
    return bfloat16 ? of(machine, TBfloat16.class) : of(machine, TFloat32.class);
  }

  /** The median of several products of two square matrices. */
  private static <T extends TFloating> double of(Machine machine, Class<T> type) {
    try (var graph = new Graph();
        var session = new Session(graph, machine.session())) {
      var tf = Ops.create(graph);
      var handle = tf.varHandleOp(type, Shape.of(SIDE, SIDE), VarHandleOp.sharedName("matrix"));
      var values =
          tf.random.statelessRandomUniform(
              tf.constant(new int[] {SIDE, SIDE}), tf.constant(new int[] {1, 2}), TFloat32.class);
      var fill = tf.assignVariableOp(handle, tf.dtypes.cast(values, type));
      var matrix = tf.readVariableOp(handle, type);
      var product = tf.linalg.matMul(matrix, matrix);
      session.runner().addTarget(fill).run().close();
      var seconds = new ArrayList<Double>();
      for (int i = 0; i < WARM_UP + PRODUCTS; i++) {
        var watch = Stopwatch.createStarted();
        session.runner().addTarget(product).run().close();
        seconds.add(watch.elapsed(TimeUnit.NANOSECONDS) / 1e9);
      }
      List<Double> counted = seconds.subList(WARM_UP, seconds.size());
      return 2.0 * SIDE * SIDE * SIDE / Quantiles.median().compute(counted);
    }
  }
}
