package org.maejava.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import org.maejava.eval.report.Percent;
import org.maejava.proto.ProbePoint;
import org.maejava.train.TrainingObserver;

/** A bar with images per second and time left on a terminal, a line now and then elsewhere. */
final class ConsoleProgress implements TrainingObserver, AutoCloseable {

  private static final Duration LINE_EVERY = Duration.ofSeconds(10);

  private final String task;
  private final boolean passing;
  private final boolean terminal;
  private Optional<ProgressBar> bar = Optional.empty();
  private long begun = -1;
  private long lastLine;
  private long images;
  private int stepsBefore;
  private String metric = "";

  /** Of the one thing that is trained, or a long part. */
  ConsoleProgress(String task) {
    this(task, false);
  }

  /** Of a part whose result is told as soon as it is there: nothing is left of it. */
  static ConsoleProgress passing(String task) {
    return new ConsoleProgress(task, true);
  }

  private ConsoleProgress(String task, boolean passing) {
    this.task = task;
    this.passing = passing;
    terminal = LibC.outputIsTerminal();
  }

  @Override
  public void onStep(Progress step) {
    long now = System.nanoTime();
    if (begun < 0) {
      begin(step, now);
      return;
    }
    images += step.images();
    if (bar.isPresent()) {
      bar.get().stepTo(step.step());
      var loss = String.format(Locale.ROOT, " loss %.4f%s", step.loss(), metric);
      bar.get()
          .setExtraMessage(
              !Bars.hasRoomForSpeed(task)
                  ? loss
                  : String.format(Locale.ROOT, "%s, %.0f images/s", loss, imagesPerSecond(now)));
      if (step.step() == step.totalSteps()) {
        finish();
      }
    } else if (now - lastLine >= LINE_EVERY.toNanos()
        || (step.step() == step.totalSteps() && !passing)) {
      lastLine = now;
      System.out.println(line(step, now));
    }
  }

  @Override
  public void onProbe(ProbePoint probe) {
    metric = String.format(Locale.ROOT, ", k-NN %s %%", Percent.of(probe.getAccuracy()));
  }

  /** The first step holds TensorFlow's warm-up, so speed counts from its end. */
  private void begin(Progress step, long now) {
    begun = now;
    lastLine = now;
    stepsBefore = step.step();
    if (terminal) {
      bar =
          Optional.of(
              passing
                  ? Bars.passing(task, step.step(), step.totalSteps())
                  : Bars.of(task, step.step(), step.totalSteps()));
    }
  }

  private String line(Progress step, long now) {
    double secondsPerStep = (now - begun) / 1e9 / Math.max(1, step.step() - stepsBefore);
    var left = Duration.ofSeconds(Math.round(secondsPerStep * (step.totalSteps() - step.step())));
    return String.format(
        Locale.ROOT,
        "%s: step %d of %d, epoch %.1f, loss %.4f%s, %.0f images/s after its start, %d:%02d left",
        task,
        step.step(),
        step.totalSteps(),
        step.epoch(),
        step.loss(),
        metric,
        imagesPerSecond(now),
        left.toMinutes(),
        left.toSecondsPart());
  }

  private double imagesPerSecond(long now) {
    return images / ((now - begun) / 1e9);
  }

  @Override
  public void close() {
    finish();
  }

  /** Ends the bar's line, so that others can print. */
  void finish() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }
}
