package org.maejava.storage;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes files and folders. */
public final class Deletion {

  private static final Logger log = LoggerFactory.getLogger(Deletion.class);

  private Deletion() {}

  /** A file, or a folder with everything in it, if it is there. */
  public static void of(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** As above, where a failure is worth a line in the log and no more. */
  static void quietly(Path path) {
    try {
      of(path);
    } catch (IOException e) {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return; // somebody else did
      }
      log.warn("{} could not be deleted: {}", path, IoReason.of(e));
    }
  }
}
