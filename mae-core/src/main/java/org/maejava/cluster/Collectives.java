package org.maejava.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * Operations in which all workers take part. Each has a number that is the same on all of them, as
 * they build the same graphs in the same order.
 */
final class Collectives {

  /** Values in a message; smaller ones wait longer, larger ones later. */
  private static final int MESSAGE = 2 << 20;

  private static final int GROUP = 1;
  private final AtomicInteger instances = new AtomicInteger();

  private final int workers;

  Collectives(int workers) {
    this.workers = workers;
  }

  /** See {@link Workers#mean}. */
  List<Operand<TFloat32>> mean(
      Ops tf, List<Operand<TFloat32>> values, Class<? extends TFloating> wire) {
    var means = new ArrayList<Operand<TFloat32>>(values);
    int to = values.size();
    while (to > 0) {
      int from = to - 1;
      long size = values.get(from).shape().size();
      while (from > 0 && size + values.get(from - 1).shape().size() <= MESSAGE) {
        size += values.get(--from).shape().size();
      }
      var message = message(tf, values.subList(from, to), wire);
      for (int i = from; i < to; i++) {
        means.set(i, message.get(i - from));
      }
      to = from;
    }
    return Collections.unmodifiableList(means);
  }

  private List<Operand<TFloat32>> message(
      Ops tf, List<Operand<TFloat32>> values, Class<? extends TFloating> wire) {
    if (values.size() == 1) {
      return List.of(reduced(tf, values.get(0), wire));
    }
    var flat =
        values.stream()
            .<Operand<TFloat32>>map(value -> tf.reshape(value, tf.constant(new int[] {-1})))
            .toList();
    var sizes = values.stream().mapToInt(value -> (int) value.shape().size()).toArray();
    var mean = reduced(tf, tf.concat(flat, tf.constant(0)), wire);
    var parts = tf.splitV(mean, tf.constant(sizes), tf.constant(0), (long) sizes.length).output();
    var means = new ArrayList<Operand<TFloat32>>();
    for (int i = 0; i < sizes.length; i++) {
      means.add(tf.reshape(parts.get(i), tf.constant(values.get(i).shape().asArray())));
    }
    return means;
  }

  private <T extends TFloating> Operand<TFloat32> reduced(
      Ops tf, Operand<TFloat32> mine, Class<T> wire) {
    Output<T> mean =
        begun(tf, "CollectiveReduceV2", tf.dtypes.cast(mine, wire))
            .setAttr("merge_op", "Add")
            .setAttr("final_op", "Div")
            .build()
            .output(0);
    return tf.dtypes.cast(mean, TFloat32.class);
  }

  /** {@code [1, n]} of every worker to {@code [workers, n]}. */
  Output<TInt64> gather(Ops tf, Operand<TInt64> mine) {
    return begun(tf, "CollectiveGatherV2", mine).build().output(0);
  }

  private OperationBuilder begun(Ops tf, String type, Operand<?> mine) {
    return tf.scope()
        .opBuilder(type, "of_all_workers")
        .addInput(mine.asOutput())
        .addInput(number(tf, workers))
        .addInput(number(tf, GROUP))
        .addInput(number(tf, instances.incrementAndGet()))
        .addInputList(new Output<?>[0])
        .setAttr("communication_hint", "ring");
  }

  private static Output<TInt32> number(Ops tf, int value) {
    return tf.constant(value).asOutput();
  }
}
