package org.maejava.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings to the disk what must not reach it after a rename. */
final class Sync {

  private static final Logger log = LoggerFactory.getLogger(Sync.class);

  private Sync() {}

  /** Every file below a folder, and the folders' entries. */
  static void everythingIn(Path folder) throws IOException {
    try (var below = Files.walk(folder)) {
      for (var path : below.toList()) {
        if (Files.isDirectory(path)) {
          folder(path);
        } else {
          try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        }
      }
    }
  }

  /** A folder's entries, where the file system knows how. */
  static void folder(Path folder) {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      log.debug("{} cannot be synced", folder, e);
    }
  }
}
