package org.maejava.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that is there whole or not at all. */
public final class WholeFile {

  private WholeFile() {}

  /** What is to be in a file. */
  @FunctionalInterface
  public interface Content {

    /** Writes everything; closing the stream is not asked for and does no harm. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file, see {@link #write(Path, Content)}.
   *
   * @throws IOException naming the file and the cause; an older file is left as it was
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  /**
   * Writes beside the file, syncs, then moves into its place: an older file of that name stays
   * until then and is replaced. Missing folders are made.
   *
   * @throws IOException naming the file and the cause; an older file is left as it was and nothing
   *     else is left behind
   */
  public static void write(Path file, Content content) throws IOException {
    var whole = file.toAbsolutePath();
    var partial = Names.partial(whole);
    try {
      Unfinished.begin(partial);
      Files.createDirectories(Names.folderOf(whole));
      try (var channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        // Not closed: the channel must still be open when it is synced.
        var out = new StreamLeftOpen(Channels.newOutputStream(channel));
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      Unfinished.finish(
          partial,
          () ->
              Files.move(
                  partial,
                  whole,
                  StandardCopyOption.ATOMIC_MOVE,
                  StandardCopyOption.REPLACE_EXISTING));
      Sync.folder(Names.folderOf(whole));
    } catch (IOException | RuntimeException e) {
      Deletion.quietly(partial);
      Unfinished.fail(partial);
      if (e instanceof IOException) {
        throw new IOException("cannot write " + file + ": " + Names.why(whole, e), e);
      }
      throw e;
    }
  }
}
