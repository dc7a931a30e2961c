package org.maejava.eval;

import org.tensorflow.proto.ConfigProto;

/**
 * What a run may use; none of it changes a result, but threads may change its last digits.
 *
 * @param threads of TensorFlow's operations, and of decoding
 * @param device as the record names it
 */
public record Machine(int threads, String device) {

  /** TensorFlow's session options. */
  public ConfigProto session() {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(threads)
        .setInterOpParallelismThreads(threads)
        .build();
  }
}
