package org.maejava.optim;

import org.maejava.proto.TrainingConfig;

/**
 * The rate at a fractional epoch: linear from zero over the warm-up, then half a cosine down to the
 * minimum (paper, Tables 8 to 10), evaluated at every update.
 *
 * @param peak the rate at the end of the warm-up
 * @param min the rate at the end
 * @param warmupEpochs epochs of linear rise
 * @param epochs of the whole run
 */
public record Schedule(double peak, double min, double warmupEpochs, double epochs) {

  /** The schedule of a checked recipe; the linear scaling rule gives the peak. */
  public static Schedule of(TrainingConfig training) {
    double effectiveBatch = (double) training.getBatchSize() * training.getAccumulationSteps();
    return new Schedule(
        training.getBaseRate() * effectiveBatch / 256,
        training.getMinRate(),
        training.getWarmupEpochs(),
        training.getEpochs());
  }

  /** The rate of an update that begins at this epoch; the very first one is zero, as published. */
  public double rate(double epoch) {
    if (epoch < warmupEpochs) {
      return peak * epoch / warmupEpochs;
    }
    double progress = (epoch - warmupEpochs) / (epochs - warmupEpochs);
    return min + (peak - min) * 0.5 * (1 + Math.cos(Math.PI * progress));
  }
}
