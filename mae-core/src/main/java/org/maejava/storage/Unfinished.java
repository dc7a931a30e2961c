package org.maejava.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What this process is writing at the moment, so that it can end in the middle and leave nothing of
 * it behind.
 */
public final class Unfinished {

  private static final int TRIES = 50;
  private static final int PAUSE_MILLIS = 20;

  /** So often in a row nothing is there before it is taken for gone. */
  private static final int QUIET = 15;

  /** Of everything below. */
  private static final Object GUARD = new Object();

  private static final Set<Path> partials = new LinkedHashSet<>();

  private static final Set<FolderLock> locks = new LinkedHashSet<>();

  private static long finished;

  private static boolean givenUp;

  private Unfinished() {}

  /** Puts something whole in its place. */
  @FunctionalInterface
  interface Move {
    void run() throws IOException;
  }

  static void begin(Path partial) throws IOException {
    synchronized (GUARD) {
      checkGoesOn();
      partials.add(partial);
    }
  }

  /** Puts it in its place, unless it was given up. */
  static void finish(Path partial, Move move) throws IOException {
    synchronized (GUARD) {
      checkGoesOn();
      move.run();
      partials.remove(partial);
      if (partials.stream().noneMatch(partial::startsWith)) {
        finished++;
      }
    }
  }

  /** Something went wrong with it, and it was deleted. */
  static void fail(Path partial) {
    synchronized (GUARD) {
      partials.remove(partial);
    }
  }

  static void locked(FolderLock lock) {
    synchronized (GUARD) {
      locks.add(lock);
    }
  }

  static void released(FolderLock lock) {
    synchronized (GUARD) {
      locks.remove(lock);
    }
  }

  private static void checkGoesOn() throws IOException {
    if (givenUp) {
      throw new IOException("the process is ending");
    }
  }

  /** Files and folders that this process has put whole in their places so far. */
  public static long finished() {
    synchronized (GUARD) {
      return finished;
    }
  }

  /**
   * Deletes what is being written, and the locks; for a process that ends now. From here on nothing
   * is put in its place.
   *
   * @throws InterruptedException if interrupted while whoever writes goes on writing
   */
  public static void giveUp() throws InterruptedException {
    List<Path> left;
    List<FolderLock> held;
    synchronized (GUARD) {
      givenUp = true;
      left = List.copyOf(partials);
      held = List.copyOf(locks);
    }
    // Whoever writes, native code too, is not stopped yet and may make files again.
    int quiet = left.isEmpty() ? QUIET : 0;
    for (int i = 0; i < TRIES && quiet < QUIET; i++) {
      quiet = left.stream().anyMatch(Unfinished::isThere) ? 0 : quiet + 1;
      left.forEach(Unfinished::tryToDelete);
      Thread.sleep(PAUSE_MILLIS);
    }
    for (var lock : held) {
      try {
        lock.close();
      } catch (IOException e) {
        // The operating system gives it free; what stays is an empty file.
      }
    }
  }

  private static boolean isThere(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void tryToDelete(Path path) {
    try {
      Deletion.of(path);
    } catch (IOException e) {
      // Tried again; the next write there deletes it too.
    }
  }
}
