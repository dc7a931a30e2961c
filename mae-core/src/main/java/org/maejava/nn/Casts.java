package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** Changes of number type; none where the type is right already. */
final class Casts {

  private Casts() {}

  static <T extends TFloating> Operand<T> to(
      Ops tf, Operand<? extends TFloating> x, Class<T> type) {
    if (type.equals(x.type())) {
      @SuppressWarnings("unchecked") // as was just seen
      var same = (Operand<T>) x;
      return same;
    }
    return tf.dtypes.cast(x, type);
  }
}
