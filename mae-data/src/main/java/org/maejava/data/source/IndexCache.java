package org.maejava.data.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.HashCode;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.maejava.data.proto.SourceIndex;
import org.maejava.data.proto.Stamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indices of large sources, kept as files: a folder of a million images or a set of shards is
 * looked through once. An index holds as long as its stamps do; a damaged or outdated one is as
 * good as none, and a cache that cannot be written is only a pity.
 */
public final class IndexCache {

  /** System property: the folder to keep indices in. */
  public static final String PROPERTY = "maejava.index.cache";

  private static final Logger log = LoggerFactory.getLogger(IndexCache.class);

  /** Before the index in its file: one that a crash cut off or mixed up is none. */
  private static final HashFunction CHECKSUM = Hashing.sha256();

  /** A change so soon after the last may leave the time stamp as it is. */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  private final Path folder; // null: nothing is kept

  private IndexCache(Path folder) {
    this.folder = folder;
  }

  /** Indices in this folder. */
  public static IndexCache in(Path folder) {
    return new IndexCache(folder);
  }

  /** Nothing is kept. */
  public static IndexCache none() {
    return new IndexCache(null);
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
  Optional<SourceIndex> get(String key) {
    if (folder == null || !Files.isRegularFile(file(key))) {
      return Optional.empty();
    }
    try {
      var bytes = ByteBuffer.wrap(Files.readAllBytes(file(key)));
      var checksum = new byte[CHECKSUM.bits() / 8];
      if (bytes.remaining() <= checksum.length) {
        return Optional.empty();
      }
      bytes.get(checksum);
      if (!CHECKSUM.hashBytes(bytes.slice()).equals(HashCode.fromBytes(checksum))) {
        log.debug("the index {} is damaged", file(key));
        return Optional.empty();
      }
      var index = SourceIndex.parseFrom(bytes);
      for (var stamp : index.getStampsList()) {
        if (!stamp.equals(stamp(Path.of(stamp.getPath())))) {
          log.debug("the index {} is outdated: {} changed", file(key), stamp.getPath());
          return Optional.empty();
        }
      }
      return Optional.of(index);
    } catch (IOException e) {
      log.debug("the index {} cannot be used", file(key), e);
      return Optional.empty();
    }
  }

  /** Keeps an index, whole or not at all, unless its sources changed just now. */
  void put(String key, SourceIndex index) {
    if (folder == null || !settled(index.getStampsList())) {
      return;
    }
    try {
      Files.createDirectories(folder);
      var partial = Files.createTempFile(folder, "index", ".partial");
      try {
        try (var out = Files.newOutputStream(partial)) {
          var bytes = index.toByteArray();
          out.write(CHECKSUM.hashBytes(bytes).asBytes());
          out.write(bytes);
        }
        Files.move(
            partial,
            file(key),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      log.debug("the index {} cannot be kept", file(key), e);
    }
  }

  private static boolean settled(List<Stamp> stamps) {
    long limit = TimeUnit.MILLISECONDS.toNanos(Instant.now().minus(SETTLED).toEpochMilli());
    return stamps.stream().allMatch(stamp -> stamp.getModified() < limit);
  }

  /** What identifies the state of a folder or file. */
  static Stamp stamp(Path path) throws IOException {
    boolean isFolder = Files.isDirectory(path);
    return Stamp.newBuilder()
        .setPath(path.toString())
        .setModified(Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS))
        .setSize(isFolder ? 0 : Files.size(path))
        .build();
  }

  private Path file(String key) {
    return folder.resolve(Hashing.sha256().hashString(key, UTF_8) + ".index");
  }
}
