package org.maejava.data.source;

/**
 * The user's images cannot be used as asked. The message names what, where, and what to do about
 * it; it is meant to be shown without a stack trace.
 */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
