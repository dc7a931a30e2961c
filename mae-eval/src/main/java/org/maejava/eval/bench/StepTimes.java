package org.maejava.eval.bench;

import com.google.common.base.Ticker;
import com.google.common.math.Quantiles;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.run.Origin;
import org.maejava.eval.run.TrainingRun;
import org.maejava.proto.Experiment;
import org.maejava.train.TrainingObserver;

/** How long training steps take, and how long of that they wait for data. */
public final class StepTimes implements TrainingObserver {

  private final Ticker ticker = Ticker.systemTicker();
  private final int warmUp;
  private final List<Double> seconds = new ArrayList<>();
  private double waited;
  private long images;
  private long last;
  private int steps;

  private StepTimes(int warmUp) {
    this.warmUp = warmUp;
  }

  /**
   * Measures a recipe's steps from random weights.
   *
   * @param warmUp steps before, which are not counted; at least one
   * @param steps to measure
   */
  public static StepTimes of(
      Experiment experiment, ImageSet data, Machine machine, int warmUp, int steps)
      throws IOException {
    var times = new StepTimes(warmUp);
    var surroundings =
        new TrainingRun.Surroundings(
            Optional.empty(), List.of(times), () -> times.steps == warmUp + steps);
    var origin = Origin.now("bench", "", Clock.systemUTC());
    try (var run = new TrainingRun(experiment, data, machine, origin, surroundings)) {
      run.train();
    }
    return times;
  }

  @Override
  public void onStep(Progress progress) {
    long now = ticker.read();
    steps++;
    if (steps > warmUp) {
      seconds.add((now - last) / 1e9);
      waited += progress.waited();
      images += progress.images();
    }
    last = now;
  }

  /** Seconds of a step, at this percentile. */
  public double percentile(int percentile) {
    return Quantiles.percentiles().index(percentile).compute(seconds);
  }

  /** Images in a second. */
  public double imagesPerSecond() {
    return images / total();
  }

  /** Share of the time that steps waited for data. */
  public double shareWaited() {
    return waited / total();
  }

  private double total() {
    return seconds.stream().mapToDouble(s -> s).sum();
  }
}
