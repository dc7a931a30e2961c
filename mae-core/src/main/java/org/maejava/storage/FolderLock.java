package org.maejava.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Strings;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder's use by one at a time: a hidden file beside it, locked by the operating system, so that
 * a killed process leaves nothing that is in the way. The folder itself need not be there.
 */
public final class FolderLock implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FolderLock.class);

  /** Of this process, which the operating system lets lock a file as often as it likes. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final String OWN_PID = Long.toString(ProcessHandle.current().pid());
  private static final int MAX_PADDING = 4096;

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
   * @throws IOException naming the folder, if it or its own folder cannot be written
   */
  public static FolderLock of(Path folder) throws IOException {
    if (Files.isDirectory(folder) && !Files.isWritable(folder)) {
      throw unwritable(folder, new IOException("no permission"));
    }
    try {
      return taken(folder);
    } catch (FolderInUseException e) {
      throw e;
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private static IOException unwritable(Path folder, IOException cause) {
    return new IOException(
        "%s cannot be written (%s); choose another folder"
            .formatted(folder, Names.why(folder.toAbsolutePath().normalize(), cause)),
        cause);
  }

  private static FolderLock taken(Path folder) throws IOException {
    var whole = folder.toAbsolutePath().normalize();
    var file = Names.lock(whole);
    var made = new ArrayList<Path>();
    for (var at = Names.folderOf(whole); at != null && !Files.exists(at); at = at.getParent()) {
      made.add(at);
    }
    Files.createDirectories(Names.folderOf(whole));
    if (!HELD.add(file)) {
      throw new FolderInUseException(folder, Optional.of(OWN_PID));
    }
    try {
      var lock = new FolderLock(file, locked(folder, file), made);
      Unfinished.locked(lock);
      return lock;
    } catch (IOException | RuntimeException e) {
      HELD.remove(file);
      throw e;
    }
  }

  private static FileChannel locked(Path folder, Path file) throws IOException {
    while (true) {
      var channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (!isLocked(channel, folder)) {
          throw new FolderInUseException(folder, holder(file));
        }
        if (isOfItsName(channel, file)) {
          return channel;
        }
        channel.close();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }
  }

  /**
   * Whether the locked file still has its name: the holder before may have deleted it. Its length,
   * drawn twice, tells; to open and close it again would end the lock, which belongs to the process
   * and the file, not to the channel (POSIX, fcntl).
   */
  private static boolean isOfItsName(FileChannel channel, Path file) throws IOException {
    for (int draw = 0; draw < 2; draw++) {
      int length = OWN_PID.length() + ThreadLocalRandom.current().nextInt(1, MAX_PADDING);
      channel.truncate(0);
      channel.write(UTF_8.encode(Strings.padEnd(OWN_PID, length, ' ')), 0);
      try {
        if (Files.size(file) != length) {
          return false;
        }
      } catch (NoSuchFileException e) {
        return false;
      }
    }
    return true;
  }

  /** Whether somebody has it now; nothing is changed by asking. */
  public static boolean isTaken(Path folder) throws IOException {
    var file = Names.lock(folder.toAbsolutePath().normalize());
    if (HELD.contains(file)) {
      return true;
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var lock = channel.tryLock()) {
      return lock == null;
    } catch (NoSuchFileException e) {
      return false;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  private static boolean isLocked(FileChannel channel, Path folder) {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      log.warn("{} cannot be locked on this file system: {}", folder, IoReason.of(e));
      return true;
    }
  }

  private static Optional<String> holder(Path file) throws IOException {
    try {
      var pid = Files.readString(file, UTF_8).strip();
      return pid.isEmpty() ? Optional.empty() : Optional.of(pid);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Gives the folder free; folders that were made for the lock alone are gone with it. */
  @Override
  public void close() throws IOException {
    Unfinished.released(this);
    Files.deleteIfExists(file);
    channel.close();
    HELD.remove(file);
    for (var folder : madeFolders) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }
}
