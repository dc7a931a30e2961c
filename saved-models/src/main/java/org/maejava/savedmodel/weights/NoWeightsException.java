package org.maejava.savedmodel.weights;

import java.io.IOException;

/** A file or folder is something else than weights, whole or damaged. */
final class NoWeightsException extends IOException {

  private static final long serialVersionUID = 1;

  NoWeightsException(String message) {
    super(message);
  }
}
