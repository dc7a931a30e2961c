package org.maejava.eval;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that is there whole or not at all, whenever the process is killed. */
public final class AtomicFile {

  private AtomicFile() {}

  /**
   * Writes beside the file, then moves into its place; an older file of that name is replaced.
   *
   * @throws IOException if the folder cannot be written or is full; an older file is left as it was
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    var whole = file.toAbsolutePath();
    Files.createDirectories(whole.getParent());
    var unfinished = whole.resolveSibling(whole.getFileName() + ".unfinished");
    try {
      try (var channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(
          unfinished, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
