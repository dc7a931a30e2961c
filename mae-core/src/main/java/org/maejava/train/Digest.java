package org.maejava.train;

import java.util.ArrayList;
import java.util.function.Supplier;
import org.maejava.nn.Params.Param;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/** A cheap sum over bits, by which workers compare what they hold without sending it. */
final class Digest {

  private Digest() {}

  /**
   * Of variables.
   *
   * @return computes it anew at every call: the sum of all values' bits, modulo 2³²
   */
  static Supplier<Long> of(Ops tf, Session session, Iterable<Param> variables) {
    var sums = new ArrayList<Operand<TInt32>>();
    for (var variable : variables) {
      var bits = tf.bitcast(variable.value(), TInt32.class);
      sums.add(tf.reduceSum(tf.reshape(bits, tf.constant(new int[] {-1})), tf.constant(0)));
    }
    var sum = tf.math.addN(sums);
    return () -> {
      try (var result = session.runner().fetch(sum).run()) {
        return (long) ((TInt32) result.get(0)).getInt();
      }
    };
  }
}
