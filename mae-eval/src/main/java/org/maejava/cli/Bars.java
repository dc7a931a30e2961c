package org.maejava.cli;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress bars on standard error. They ask the C library for the terminal's width: the terminal
 * library that would do so otherwise takes over the terminal's signals, and Ctrl-C with them.
 */
final class Bars {

  private static final int REFRESH_MILLIS = 500;

  private Bars() {}

  /** A bar of something that begins. */
  static ProgressBar of(String task, long total) {
    return of(task, 0, total);
  }

  /** A bar of something of which a part is done, which says nothing of its speed from here on. */
  static ProgressBar of(String task, long done, long total) {
    return builder(task, done, total).build();
  }

  /** As {@link #of(String, long, long)}; its line is empty again when it ends. */
  static ProgressBar passing(String task, long done, long total) {
    return builder(task, done, total).clearDisplayOnFinish().build();
  }

  private static ProgressBarBuilder builder(String task, long done, long total) {
    return new ProgressBarBuilder()
        .setTaskName(isNarrow() ? "" : task)
        .setInitialMax(total)
        .startsFrom(done, Duration.ZERO)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(REFRESH_MILLIS)
        .setConsumer(
            new ConsoleProgressBarConsumer(System.err) {
              @Override
              public int getMaxRenderedLength() {
                return LibC.terminalWidth() - 1;
              }
            });
  }

  /** Whether a line has no room for everything. */
  static boolean isNarrow() {
    return LibC.terminalWidth() < LibC.USUAL_WIDTH;
  }
}
