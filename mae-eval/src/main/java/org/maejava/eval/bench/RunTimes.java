package org.maejava.eval.bench;

import com.google.common.base.Stopwatch;
import java.io.IOException;
import java.time.Duration;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.picture.Spread;
import org.maejava.proto.Experiment;

/**
 * What a run takes beside its steps, in seconds: building graphs, opening data, the slow first
 * steps.
 *
 * @param beginning until steps take as long as they will
 * @param step of training
 * @param evaluation of some images, with its own graph; 0 without labels
 * @param evaluated how many these were
 */
public record RunTimes(double beginning, double step, double evaluation, int evaluated) {

  /** A batch of an evaluation. */
  private static final int EVALUATED = 250;

  /**
   * Measures a run of a few steps from random weights.
   *
   * @param warmUp steps before, at least one
   * @param steps to measure
   */
  public static RunTimes of(
      Experiment experiment, ImageSet data, Machine machine, int warmUp, int steps)
      throws IOException {
    var times = new StepTimes(warmUp, steps);
    var some =
        new ImageSet(data.spec(), data.training(), Spread.over(data.evaluation(), EVALUATED));
    var watch = Stopwatch.createStarted();
    boolean[] evaluating = {false};
    try (var run =
        times.open(
            experiment, some, machine, () -> !evaluating[0] && times.steps() >= warmUp + steps)) {
      run.train();
      double step = times.timings().percentile(50);
      double beginning = Math.max(0, seconds(watch.elapsed()) - (warmUp + steps) * step);
      if (experiment.hasPretraining()) {
        return new RunTimes(beginning, step, 0, 0);
      }
      evaluating[0] = true;
      watch.reset().start();
      run.evaluate();
      return new RunTimes(beginning, step, seconds(watch.elapsed()), some.evaluation().size());
    }
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
