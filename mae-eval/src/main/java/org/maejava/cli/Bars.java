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

  /** Percent, a bar, steps, times and a loss. */
  private static final int BESIDE_NAME = 60;

  private static final int SPEED = 16;
  private static final int SHORTEST = 12;

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
        .setTaskName(isNarrow() ? "" : brief(task))
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

  /** Whether there is room for a speed behind a task's name, its bar, times and loss. */
  static boolean hasRoomForSpeed(String task) {
    return LibC.terminalWidth() >= BESIDE_NAME + SPEED + brief(task).length();
  }

  /** A name that leaves room for the rest of the line. */
  private static String brief(String task) {
    int room = Math.max(SHORTEST, LibC.terminalWidth() - BESIDE_NAME);
    return task.length() <= room ? task : task.substring(0, room - 1) + "…";
  }
}
