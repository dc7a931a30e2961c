package org.maejava.data.source;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.maejava.data.proto.SourceIndex;
import org.maejava.data.proto.Stamp;
import org.maejava.storage.IoReason;

/**
 * Indices of large sources, kept between runs: a folder of a million images or a set of shards is
 * looked through once. An index holds as long as its stamps do.
 */
public abstract sealed class IndexCache permits IndexFolder, IndexCache.None {

  /** System property: the folder to keep indices in. */
  public static final String PROPERTY = "maejava.index.cache";

  /** Indices in this folder. */
  public static IndexCache in(Path folder) {
    return new IndexFolder(folder);
  }

  /** Nothing is kept. */
  public static IndexCache none() {
    return new None();
  }

  /**
   * The user's: {@code mae} in the folder that the system property {@value #PROPERTY}, {@code
   * XDG_CACHE_HOME} or the home folder's {@code .cache} names.
   */
  public static IndexCache ofUser() {
    var property = System.getProperty(PROPERTY);
    if (property != null) {
      return in(Path.of(property));
    }
    var cache = System.getenv("XDG_CACHE_HOME");
    return in(
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "mae")
            : Path.of(cache, "mae"));
  }

  /** The index that was kept under a key, if what it was made of is unchanged. */
  abstract Optional<SourceIndex> get(String key);

  /** Keeps an index, whole or not at all, unless its sources changed just now. */
  abstract void put(String key, SourceIndex index);

  /** Where it keeps what it keeps; a folder for this process only if it keeps nothing. */
  abstract Path folder();

  /** What identifies the state of a folder or file. */
  static Stamp stamp(Path path) throws IOException {
    boolean isFolder = Files.isDirectory(path);
    return Stamp.newBuilder()
        .setPath(path.toString())
        .setModified(Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS))
        .setSize(isFolder ? 0 : Files.size(path))
        .build();
  }

  /** Keeps nothing. */
  static final class None extends IndexCache {

    @Override
    Path folder() {
      return ForProcess.FOLDER;
    }

    @Override
    Optional<SourceIndex> get(String key) {
      return Optional.empty();
    }

    @Override
    void put(String key, SourceIndex index) {}
  }

  /** Removed when the process ends. */
  private static final class ForProcess {
    static final Path FOLDER = create();

    private static Path create() {
      try {
        var folder = Files.createTempDirectory("mae-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
        return folder;
      } catch (IOException e) {
        throw new DataException("no folder for unpacked shards can be made: " + IoReason.of(e), e);
      }
    }

    private static void remove(Path folder) {
      try {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      } catch (IOException e) {
        // It lies in the system's folder for temporary files.
      }
    }
  }
}
