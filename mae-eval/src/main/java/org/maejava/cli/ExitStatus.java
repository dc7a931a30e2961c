package org.maejava.cli;

/** Exit statuses beside picocli's. */
final class ExitStatus {

  /** Ctrl-C or SIGTERM; what was done is kept. */
  static final int STOPPED = 130;

  private ExitStatus() {}
}
