package org.maejava.eval.machine;

import java.time.Duration;
import org.maejava.cluster.Cluster;
import org.maejava.cluster.JoinedWorkers;
import org.maejava.cluster.Workers;
import org.maejava.nn.Kernels;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;

/**
 * What a run may use; none of it changes a result, but threads and workers may change its last
 * digits.
 *
 * <p>Sessions have threads of their own only if {@code TF_OVERRIDE_GLOBAL_THREADPOOL=true} is in
 * the process's environment, as {@code mae} has it; else the first session of the process decides
 * how many threads an operation has in all of them.
 *
 * @param threads of TensorFlow's operations, and of decoding
 * @param device as the record names it
 * @param workers who train the same model
 */
public record Machine(int threads, String device, Workers workers) {

  /**
   * This machine with so many threads.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Machine here(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads " + threads + " must be at least 1");
    }
    return new Machine(threads, Devices.describe(), Workers.alone());
  }

  /**
   * This machine as one of several that train one model. What else it does, it does alone.
   *
   * @param patience how long one waits for another
   * @throws org.maejava.cluster.WorkerLostException naming those that do not answer
   */
  public Machine join(Cluster cluster, Duration patience) {
    return new Machine(threads, device, JoinedWorkers.join(cluster, session(1).build(), patience));
  }

  /**
   * TensorFlow's session options for inference: every operation may use all threads, and
   * TensorFlow's optimiser fuses what it can.
   */
  public ConfigProto session() {
    return session(threads).build();
  }

  /**
   * TensorFlow's session options for training in {@link #parts}: each part has its share of the
   * threads, so that with as many parts as threads no operation is split.
   *
   * <p>Only what a call needs is placed, which switches TensorFlow's optimiser off: it finds
   * nothing in our training graphs that is not fused already, and takes seconds for each kind of
   * call.
   */
  public ConfigProto trainingSession(int parts) {
    return session(Math.max(1, threads / parts))
        .setGraphOptions(GraphOptions.newBuilder().setPlacePrunedGraph(true))
        .build();
  }

  private ConfigProto.Builder session(int threadsOfAnOperation) {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(threadsOfAnOperation)
        .setInterOpParallelismThreads(threads)
        .setUsePerSessionThreads(true);
  }

  /**
   * Parts that a training batch is computed in side by side: one for each thread, as long as each
   * has two images; at most four, since every part has gradients of its own until they are added.
   * An accelerator takes a batch whole.
   *
   * @param batchSize images
   */
  public int parts(int batchSize) {
    return isProcessor() ? Math.max(1, Math.min(Math.min(threads, 4), batchSize / 2)) : 1;
  }

  /** What suits the device in training. */
  public Kernels kernels() {
    return isProcessor() ? Kernels.forTrainingOnProcessors() : Kernels.portable();
  }

  private boolean isProcessor() {
    return device.equals(Devices.PROCESSOR);
  }
}
