package org.maejava.cli;

/** The command was given something that cannot work; exit status 2. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }

  UsageException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
