package org.maejava.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder that is there with everything in it or not at all. */
public final class WholeFolder {

  private WholeFolder() {}

  /** What is to be in a folder. */
  @FunctionalInterface
  public interface Content {

    /** Writes everything into a folder that is empty. */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Writes beside the folder, under a hidden name, syncs every file, then moves into its place. An
   * older folder of that name stays until then and is replaced: at every moment one of the two is
   * there, and {@link #recover} finds the older one.
   *
   * @throws IOException as the content threw it, or from the file system, naming the folder; an
   *     older folder is left as it was and nothing else is left behind
   */
  public static void write(Path folder, Content content) throws IOException {
    var whole = folder.toAbsolutePath().normalize();
    var partial = Names.partial(whole);
    try {
      Unfinished.begin(partial);
      recover(whole);
      Deletion.of(partial);
      Files.createDirectories(Names.folderOf(whole));
      Files.createDirectory(partial);
      content.writeTo(partial);
      Sync.everythingIn(partial);
      Unfinished.finish(partial, () -> putInPlace(partial, whole));
      Sync.folder(Names.folderOf(whole));
    } catch (IOException e) {
      Deletion.quietly(partial);
      throw named(e, folder);
    } catch (RuntimeException e) {
      Deletion.quietly(partial);
      Unfinished.fail(partial);
      throw e;
    }
  }

  /** A full disk alone does not say which. */
  private static IOException named(IOException e, Path folder) {
    var reason = Names.why(folder.toAbsolutePath().normalize(), e);
    return reason.contains(folder.getFileName().toString())
        ? e
        : new IOException("cannot write " + folder + ": " + reason, e);
  }

  private static void putInPlace(Path partial, Path folder) throws IOException {
    if (!Files.exists(folder)) {
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    var replaced = Names.replaced(folder);
    Deletion.of(replaced);
    Files.move(folder, replaced, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(replaced, folder, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    Deletion.quietly(replaced);
  }

  /**
   * Deletes what killed processes left in a folder of whole ones. For its only writer, who no
   * longer needs what a replacement was to take the place of.
   */
  public static void clearLeftovers(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return;
    }
    try (var entries = Files.list(parent)) {
      for (var leftover : entries.filter(Names::isLeftover).toList()) {
        Deletion.of(leftover);
      }
    }
  }

  /** Brings back a folder whose replacement was killed at the moment between the two renames. */
  public static void recover(Path folder) throws IOException {
    var whole = folder.toAbsolutePath().normalize();
    var replaced = Names.replaced(whole);
    if (!Files.exists(whole) && Files.isDirectory(replaced)) {
      Files.move(replaced, whole, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
