package org.maejava.data.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.HashCode;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.maejava.data.proto.SourceIndex;
import org.maejava.data.proto.Stamp;
import org.maejava.storage.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indices as files of one folder, each behind its checksum. A damaged or outdated one counts as
 * none, and where none can be written the sources are looked through again the next time.
 */
final class IndexFolder extends IndexCache {

  private static final Logger log = LoggerFactory.getLogger(IndexFolder.class);

  /** Before the index in its file: an index that a crash damaged is noticed by it. */
  private static final HashFunction CHECKSUM = Hashing.sha256();

  /** A change so soon after the last may leave the time stamp as it is. */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  private final Path folder;

  IndexFolder(Path folder) {
    this.folder = folder;
  }

  @Override
  Path folder() {
    return folder;
  }

  @Override
  Optional<SourceIndex> get(String key) {
    var file = file(key);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      var checksum = new byte[CHECKSUM.bits() / 8];
      if (bytes.remaining() <= checksum.length) {
        return Optional.empty();
      }
      bytes.get(checksum);
      if (!CHECKSUM.hashBytes(bytes.slice()).equals(HashCode.fromBytes(checksum))) {
        log.debug("the index {} is damaged", file);
        return Optional.empty();
      }
      var index = SourceIndex.parseFrom(bytes);
      for (var stamp : index.getStampsList()) {
        if (!stamp.equals(stamp(Path.of(stamp.getPath())))) {
          log.debug("the index {} is outdated: {} changed", file, stamp.getPath());
          return Optional.empty();
        }
      }
      return Optional.of(index);
    } catch (IOException e) {
      log.debug("the index {} cannot be used", file, e);
      return Optional.empty();
    }
  }

  @Override
  void put(String key, SourceIndex index) {
    if (!settled(index.getStampsList())) {
      return;
    }
    try {
      var bytes = index.toByteArray();
      WholeFile.write(
          file(key),
          out -> {
            out.write(CHECKSUM.hashBytes(bytes).asBytes());
            out.write(bytes);
          });
    } catch (IOException e) {
      log.debug("the index {} cannot be kept", file(key), e);
    }
  }

  private static boolean settled(List<Stamp> stamps) {
    long limit = TimeUnit.MILLISECONDS.toNanos(Instant.now().minus(SETTLED).toEpochMilli());
    return stamps.stream().allMatch(stamp -> stamp.getModified() < limit);
  }

  private Path file(String key) {
    return folder.resolve(Hashing.sha256().hashString(key, UTF_8) + ".index");
  }
}
