package org.maejava.record;

import java.io.IOException;

/** A file was written by a newer release, in a format that this one does not know. */
public final class NewerFormatException extends IOException {

  private static final long serialVersionUID = 1;

  NewerFormatException(int format) {
    super(
        "a newer release wrote it, in format %d; this one knows formats up to %d"
            .formatted(format, SealedJson.FORMAT));
  }

  /** The same, of a file. */
  public NewerFormatException(String file, NewerFormatException cause) {
    super(file + ": " + cause.getMessage(), cause);
  }
}
