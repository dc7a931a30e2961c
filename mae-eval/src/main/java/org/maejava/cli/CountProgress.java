package org.maejava.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import me.tongfei.progressbar.ProgressBar;
import org.maejava.eval.run.StoppedException;

/**
 * A bar of images done on a terminal's standard error, nothing elsewhere; and the place where work
 * on images stops when it is asked to.
 */
final class CountProgress implements IntConsumer, AutoCloseable {

  private final String task;
  private final int total;
  private final boolean passing;
  private final BooleanSupplier stop;
  private Optional<ProgressBar> bar = Optional.empty();

  CountProgress(String task, int total, BooleanSupplier stop) {
    this(task, total, false, stop);
  }

  /** Of a part of something that is stopped elsewhere; nothing is left of it. */
  static CountProgress passing(String task, int total) {
    return new CountProgress(task, total, true, () -> false);
  }

  private CountProgress(String task, int total, boolean passing, BooleanSupplier stop) {
    this.task = task;
    this.total = total;
    this.passing = passing;
    this.stop = stop;
  }

  @Override
  public void accept(int done) {
    // Not before: what is wrong with the request is found first, and is to stand alone.
    if (bar.isEmpty() && LibC.outputIsTerminal()) {
      bar = Optional.of(passing ? Bars.passing(task, 0, total) : Bars.of(task, total));
    }
    bar.ifPresent(shown -> shown.stepTo(done));
    if (stop.getAsBoolean() && done < total) {
      throw new StoppedException(String.format(Locale.ROOT, "at image %,d of %,d", done, total));
    }
  }

  /** Ends the bar's line, so that others can print. */
  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
