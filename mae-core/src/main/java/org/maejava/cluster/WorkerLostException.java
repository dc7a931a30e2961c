package org.maejava.cluster;

import java.io.Serial;

/** Another process of the training does not answer, or is not what this one is. */
public final class WorkerLostException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  WorkerLostException(String message) {
    super(message);
  }

  WorkerLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
