package org.maejava.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;

/** What lies beside a file or folder while it is written: hidden, so that no listing takes it. */
final class Names {

  private static final String PARTIAL = "partial";
  private static final String REPLACED = "replaced";

  private Names() {}

  /** Not whole yet. */
  static Path partial(Path whole) {
    return beside(whole, PARTIAL);
  }

  /** The older one, until the new one is in its place. */
  static Path replaced(Path whole) {
    return beside(whole, REPLACED);
  }

  /** Whether a path is one of the above: what a killed process left, unless it is still writing. */
  static boolean isLeftover(Path path) {
    var name = String.valueOf(path.getFileName());
    return name.startsWith(".") && (name.endsWith("." + PARTIAL) || name.endsWith("." + REPLACED));
  }

  /** Locked by who writes it. */
  static Path lock(Path whole) {
    return beside(whole, "lock");
  }

  /**
   * What holds it.
   *
   * @throws IOException if nothing does
   */
  static Path folderOf(Path whole) throws IOException {
    var folder = whole.getParent();
    if (folder == null) {
      throw new IOException(whole + " is a root and cannot be written as a whole");
    }
    return folder;
  }

  /**
   * Why it cannot be written, without the hidden names, which nobody gave.
   *
   * @param whole absolute
   */
  static String why(Path whole, Exception e) {
    if (!(e instanceof FileSystemException refused)
        || refused.getFile() == null
        || !List.of(partial(whole), replaced(whole), lock(whole))
            .contains(Path.of(refused.getFile()))) {
      return IoReason.of(e);
    }
    if (refused.getReason() != null) {
      return refused.getReason();
    }
    return e instanceof AccessDeniedException
        ? "no permission for " + whole.getParent()
        : "nothing can be made in " + whole.getParent();
  }

  private static Path beside(Path whole, String ending) {
    return whole.resolveSibling("." + whole.getFileName() + "." + ending);
  }
}
