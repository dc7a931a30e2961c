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

  private final Optional<ProgressBar> bar;
  private final int total;
  private final BooleanSupplier stop;

  CountProgress(String task, int total, BooleanSupplier stop) {
    this.total = total;
    this.stop = stop;
    bar = LibC.outputIsTerminal() ? Optional.of(Bars.of(task, total)) : Optional.empty();
  }

  @Override
  public void accept(int done) {
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
