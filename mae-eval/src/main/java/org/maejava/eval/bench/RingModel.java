package org.maejava.eval.bench;

import org.maejava.proto.TrainingConfig;

/**
 * What averaging the gradients over a ring of workers costs (Patarasuk and Yuan, 2009): each cuts
 * them into as many pieces as there are workers and, in 2(n − 1) rounds, sends one piece on.
 *
 * @param gradientBytes of one worker
 * @param workers in the ring
 */
public record RingModel(double gradientBytes, int workers) {

  /** Of a recipe that trains so many parameters. */
  public static RingModel of(TrainingConfig training, long parameters, int workers) {
    int bytes = training.hasBfloat16Gradients() ? 2 : Float.BYTES;
    return new RingModel((double) bytes * parameters, workers);
  }

  /** That each worker sends in an update. */
  public double bytesSent() {
    return 2.0 * (workers - 1) / workers * gradientBytes;
  }

  /**
   * Seconds of an exchange by which nothing else is hidden.
   *
   * @param bytesPerSecond that a worker can send
   * @param secondsPerRound that the first byte of a piece takes
   */
  public double seconds(double bytesPerSecond, double secondsPerRound) {
    return bytesSent() / bytesPerSecond + 2 * (workers - 1) * secondsPerRound;
  }

  /**
   * The share of n times one worker's throughput that n workers reach.
   *
   * @param computing seconds of an update of one worker's share
   * @param exchange seconds, see {@link #seconds}
   * @param behind seconds of computing that an exchange can hide behind: the backward pass
   */
  public static double efficiency(double computing, double exchange, double behind) {
    return computing / (computing + Math.max(0, exchange - behind));
  }
}
