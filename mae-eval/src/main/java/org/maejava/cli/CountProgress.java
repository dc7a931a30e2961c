package org.maejava.cli;

import java.util.function.IntConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar of images done on a terminal's standard error; nothing elsewhere. */
final class CountProgress implements IntConsumer {

  private final ProgressBar bar; // null: no terminal

  CountProgress(String task, int total) {
    bar =
        LibC.outputIsTerminal()
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .build()
            : null;
  }

  @Override
  public void accept(int done) {
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  /** Ends the bar's line, so that others can print. */
  void finish() {
    if (bar != null) {
      bar.close();
    }
  }
}
