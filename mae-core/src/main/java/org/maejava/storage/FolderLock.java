package org.maejava.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder's use by one at a time: a hidden file beside it, locked by the operating system, so that
 * a killed process leaves nothing that is in the way. The folder itself need not be there.
 */
public final class FolderLock implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FolderLock.class);

  private final Path file;
  private final FileChannel channel;
  private final List<Path> madeFolders;

  private FolderLock(Path file, FileChannel channel, List<Path> madeFolders) {
    this.file = file;
    this.channel = channel;
    this.madeFolders = madeFolders;
  }

  /**
   * Takes the lock.
   *
   * @throws FolderInUseException if another has it
   * @throws IOException if the folder's own folder cannot be written
   */
  public static FolderLock of(Path folder) throws IOException {
    var whole = folder.toAbsolutePath().normalize();
    var file = Names.lock(whole);
    var made = new ArrayList<Path>();
    for (var at = Names.folderOf(whole); at != null && !Files.exists(at); at = at.getParent()) {
      made.add(at);
    }
    Files.createDirectories(Names.folderOf(whole));
    var token = "%d %d%n".formatted(ProcessHandle.current().pid(), System.nanoTime());
    while (true) {
      var channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (!locked(channel, file)) {
          throw new FolderInUseException(folder, holder(file));
        }
        channel.truncate(0);
        channel.write(UTF_8.encode(token));
        // The holder before may have deleted the file that was locked just now.
        if (read(file).equals(token)) {
          var lock = new FolderLock(file, channel, made);
          Unfinished.locked(lock);
          return lock;
        }
        channel.close();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }
  }

  /** Whether somebody has it now; nothing is changed by asking. */
  public static boolean isTaken(Path folder) throws IOException {
    var file = Names.lock(folder.toAbsolutePath().normalize());
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var lock = channel.tryLock()) {
      return lock == null;
    } catch (NoSuchFileException e) {
      return false;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  private static boolean locked(FileChannel channel, Path file) {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      log.warn("{} cannot be locked on this file system: {}", file, IoReason.of(e));
      return true;
    }
  }

  private static Optional<String> holder(Path file) throws IOException {
    var words = read(file).split(" ", 2);
    return words.length == 2 ? Optional.of(words[0]) : Optional.empty();
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file, UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Gives the folder free; folders that were made for the lock alone are gone with it. */
  @Override
  public void close() throws IOException {
    Unfinished.released(this);
    Files.deleteIfExists(file);
    channel.close();
    for (var folder : madeFolders) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }
}
