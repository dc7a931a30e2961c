package org.maejava.eval.bench;

import com.google.common.base.Ticker;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.run.Origin;
import org.maejava.eval.run.TrainingRun;
import org.maejava.proto.Experiment;
import org.maejava.train.TrainingObserver;
import org.tensorflow.proto.StepStats;

/** How long training steps take, and how long of that they wait for data. */
public final class StepTimes implements TrainingObserver {

  private final Ticker ticker = Ticker.systemTicker();
  private final int warmUp;
  private final int measured;
  private final List<Double> seconds = new ArrayList<>();
  private double waited;
  private long images;
  private long last;
  private int steps;
  private double secondsToFirst;

  StepTimes(int warmUp, int measured) {
    this.warmUp = warmUp;
    this.measured = measured;
  }

  /**
   * What was found.
   *
   * @param trainedParameters of the recipe
   */
  public record Measured(Timings timings, long trainedParameters) {}

  /** As the other one, without a trace. */
  public static Timings of(
      Experiment experiment, ImageSet data, Machine machine, int warmUp, int steps)
      throws IOException {
    return of(experiment, data, machine, warmUp, steps, Optional.empty()).timings();
  }

  /**
   * Measures a recipe's steps from random weights; of several workers, all are to.
   *
   * @param warmUp steps before, which are not counted; at least one
   * @param steps to measure
   * @param tracer is told how long each operation of one more step took, if anybody asks
   */
  public static Measured of(
      Experiment experiment,
      ImageSet data,
      Machine machine,
      int warmUp,
      int steps,
      Optional<Consumer<StepStats>> tracer)
      throws IOException {
    var times = new StepTimes(warmUp, steps);
    int[] until = {warmUp + steps};
    try (var run = times.open(experiment, data, machine, () -> times.steps >= until[0])) {
      run.train();
      var timings = times.timings();
      if (tracer.isPresent()) {
        until[0]++;
        run.trace(tracer.get());
        run.train();
      }
      return new Measured(timings, run.record().getTrainedParameters());
    }
  }

  /** A run that these are of, from random weights. */
  TrainingRun open(Experiment experiment, ImageSet data, Machine machine, BooleanSupplier stop) {
    return new TrainingRun(
        experiment,
        data,
        machine,
        Origin.now("bench", "", Clock.systemUTC()),
        new TrainingRun.Surroundings(Optional.empty(), List.of(this), stop));
  }

  /** So far, those of the warm-up too. */
  int steps() {
    return steps;
  }

  @Override
  public void onStep(Progress progress) {
    long now = ticker.read();
    steps++;
    if (steps == 1) {
      secondsToFirst = Timings.secondsSinceStart();
    }
    if (steps > warmUp && seconds.size() < measured) {
      seconds.add((now - last) / 1e9);
      waited += progress.waited();
      images += progress.images();
    }
    last = now;
  }

  Timings timings() {
    return new Timings(seconds, images, waited, secondsToFirst, ProcessMemory.peakMegabytes());
  }
}
