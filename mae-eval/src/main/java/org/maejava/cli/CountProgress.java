package org.maejava.cli;

import java.util.Optional;
import java.util.function.IntConsumer;
import me.tongfei.progressbar.ProgressBar;

/** A bar of images done on a terminal's standard error; nothing elsewhere. */
final class CountProgress implements IntConsumer, AutoCloseable {

  private final Optional<ProgressBar> bar;

  CountProgress(String task, int total) {
    bar = LibC.outputIsTerminal() ? Optional.of(Bars.of(task, total)) : Optional.empty();
  }

  @Override
  public void accept(int done) {
    bar.ifPresent(shown -> shown.stepTo(done));
  }

  /** Ends the bar's line, so that others can print. */
  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
