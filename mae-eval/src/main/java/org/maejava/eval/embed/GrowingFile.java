package org.maejava.eval.embed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.maejava.storage.IoReason;

/**
 * A file that grows under a hidden name until it is whole: {@code .name.growing} beside it.
 *
 * @param <T> what its rows are of
 */
final class GrowingFile<T> implements AutoCloseable {

  private final Path file;
  private final RowFormat<T> format;
  private final FileChannel channel;

  /**
   * Goes on where a stopped writer was.
   *
   * @param length that it had; 0 for a new one
   */
  GrowingFile(Path file, RowFormat<T> format, long length) throws IOException {
    this.file = file;
    this.format = format;
    channel =
        FileChannel.open(
            hidden(file),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (channel.size() < length) {
      channel.close();
      throw new IOException(
          "%s has fewer bytes than were written; delete it to begin anew".formatted(hidden(file)));
    }
    channel.truncate(length);
    channel.position(length);
    if (length == 0) {
      append(format.head(0));
    }
  }

  /** Where a file grows. */
  static Path hidden(Path file) {
    return hidden(file, ".growing");
  }

  /** What belongs to a file and nobody asked for. */
  static Path hidden(Path file, String ending) {
    var name = file.getFileName() + ending;
    return file.resolveSibling(name.startsWith(".") ? name : "." + name);
  }

  void add(Item<T> item) throws IOException {
    append(format.row(item));
  }

  private void append(byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw new IOException("%s cannot be written: %s".formatted(hidden(file), IoReason.of(e)), e);
    }
  }

  /** Its length, all of which is on the disk. */
  long synced() throws IOException {
    channel.force(true);
    return channel.position();
  }

  /** Puts the whole file in its place. */
  void finish(long rows) throws IOException {
    channel.write(ByteBuffer.wrap(format.head(rows)), 0);
    channel.force(true);
    channel.close();
    Files.move(
        hidden(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
