package org.maejava.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import org.maejava.data.source.DataException;
import org.maejava.data.source.FileNames;

/** The command was given something that cannot work; exit status 2. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }

  private UsageException(Exception cause) {
    super(
        cause instanceof InvalidPathException name
            ? noName(name)
            : String.valueOf(cause.getMessage()),
        cause);
  }

  /** What is to be done about a name that is none here. */
  static String noName(InvalidPathException e) {
    return FileNames.problem(e.getInput())
        .orElseGet(() -> "%s is no name of a file: %s".formatted(e.getInput(), e.getReason()));
  }

  /** Work on what was typed. */
  @FunctionalInterface
  interface Work<T> {
    /** Does it. */
    T run() throws IOException;
  }

  /** Work in which an impossible argument, or data that cannot be used, is the user's mistake. */
  static <T> T onWrongInput(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (IllegalArgumentException | DataException e) {
      throw new UsageException(e);
    }
  }
}
