package org.maejava.eval.machine;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;

/**
 * What a run may use; none of it changes a result, but threads may change its last digits.
 *
 * @param threads of TensorFlow's operations, and of decoding
 * @param device as the record names it
 */
public record Machine(int threads, String device) {

  /**
   * This machine with so many threads.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Machine here(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads " + threads + " must be at least 1");
    }
    return new Machine(threads, Devices.describe());
  }

  /**
   * TensorFlow's session options; only what a call needs is placed, which is seconds for big
   * graphs.
   */
  public ConfigProto session() {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(threads)
        .setInterOpParallelismThreads(threads)
        .setGraphOptions(GraphOptions.newBuilder().setPlacePrunedGraph(true))
        .build();
  }
}
