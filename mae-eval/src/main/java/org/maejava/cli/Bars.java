package org.maejava.cli;

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

  /** A bar at 0. */
  static ProgressBar of(String task, long total) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(REFRESH_MILLIS)
        .setConsumer(
            new ConsoleProgressBarConsumer(System.err) {
              @Override
              public int getMaxRenderedLength() {
                return LibC.terminalWidth() - 1;
              }
            })
        .build();
  }
}
