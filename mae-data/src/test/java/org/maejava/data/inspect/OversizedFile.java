package org.maejava.data.inspect;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A sparse file of 300 MB, which begins as no image does. */
final class OversizedFile {

  private static final long BYTES = 300_000_000;

  /** Why it is refused unread. */
  static final String REASON = "the file has 300000000 bytes; at most 268435456 are read";

  private OversizedFile() {}

  static void at(Path path) throws IOException {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(BYTES);
    }
  }
}
