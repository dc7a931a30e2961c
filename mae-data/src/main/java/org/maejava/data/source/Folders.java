package org.maejava.data.source;

import java.nio.file.Path;

/** Where files lie. */
final class Folders {

  private Folders() {}

  /**
   * The folder of a file or pattern, absolute.
   *
   * @throws DataException if it lies in none
   */
  static Path of(Path file) {
    var folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new DataException(file + " is a root, not a file");
    }
    return folder;
  }
}
