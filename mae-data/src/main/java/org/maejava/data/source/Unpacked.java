package org.maejava.data.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.common.io.CountingInputStream;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shards that are compressed as a whole, unpacked once: images are read from where they lie, and
 * nothing lies anywhere in a compressed stream. What a shard is, its first bytes say.
 */
final class Unpacked {

  private static final Logger log = LoggerFactory.getLogger(Unpacked.class);

  private static final int START = 18;

  private Unpacked() {}

  /** A kind of compression. */
  private interface Compression {
    InputStream open(InputStream packed) throws IOException;
  }

  /**
   * The same shards, compressed ones replaced by what is in them.
   *
   * @param cache where that is kept
   * @throws DataException naming all that cannot be unpacked
   */
  static List<Path> of(List<Path> shards, IndexCache cache) {
    var plain = new ArrayList<Path>();
    var problems = new ArrayList<String>();
    for (var shard : shards) {
      try {
        var compression = compression(shard);
        plain.add(compression.isEmpty() ? shard : unpacked(shard, compression.get(), cache));
      } catch (IOException e) {
        problems.add(
            "the shard %s cannot be unpacked into %s (-D%s=DIR names another folder): %s"
                .formatted(shard, cache.folder(), IndexCache.PROPERTY, IoReason.of(e)));
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(String.join("; ", problems));
    }
    return plain;
  }

  private static Optional<Compression> compression(Path shard) throws IOException {
    if (!Files.isRegularFile(shard)) {
      return Optional.empty(); // whoever reads it says what is wrong
    }
    var start = ByteBuffer.allocate(START).order(ByteOrder.LITTLE_ENDIAN);
    try (var in = Files.newInputStream(shard)) {
      in.readNBytes(start.array(), 0, START);
    }
    if (TfRecordFile.beginsRecord(start)) {
      return Optional.empty(); // whose length may look like a magic number
    }
    int two = start.getShort(0) & 0xffff;
    if (two == 0x8b1f) {
      return Optional.of(GZIPInputStream::new);
    } else if (start.getInt(0) == 0xfd2fb528) {
      return Optional.of(ZstdCompressorInputStream::new);
    }
    boolean zlib =
        (two & 0xff) == 0x78 && Short.toUnsignedInt(Short.reverseBytes((short) two)) % 31 == 0;
    return zlib ? Optional.of(InflaterInputStream::new) : Optional.empty();
  }

  private static Path unpacked(Path shard, Compression compression, IndexCache cache)
      throws IOException {
    var stamp = IndexCache.stamp(shard.toAbsolutePath());
    var folder =
        cache
            .folder()
            .resolve("unpacked")
            .resolve(Hashing.sha256().hashString(stamp.getPath(), UTF_8).toString());
    var file =
        folder
            .resolve(stamp.getModified() + "-" + stamp.getSize())
            .resolve(shard.getFileName().toString());
    if (!Files.exists(file)) {
      if (Files.exists(folder)) {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      }
      Files.createDirectories(file.getParent());
      WholeFile.write(file, out -> unpack(shard, compression, out));
      log.info("unpacked {}: {} bytes in {}", shard, Files.size(file), file);
    }
    return file;
  }

  /** A damaged stream is read up to the damage; zeros stand for what its rest would have held. */
  private static void unpack(Path shard, Compression compression, OutputStream out)
      throws IOException {
    long whole = Files.size(shard);
    long written = 0;
    try (var packed =
        new CountingInputStream(new BufferedInputStream(Files.newInputStream(shard)))) {
      try (var in = compression.open(packed)) {
        var buffer = new byte[1 << 16];
        while (true) {
          int count;
          try {
            count = in.read(buffer);
          } catch (IOException e) {
            log.warn("{} is damaged: {}", shard, IoReason.of(e));
            double ratio = Math.max(1, (double) written / Math.max(1, packed.getCount()));
            lose((long) (ratio * Math.max(1, whole - packed.getCount())), out);
            return;
          }
          if (count < 0) {
            return;
          }
          out.write(buffer, 0, count);
          written += count;
        }
      }
    }
  }

  /** Nothing that a shard could end with: what looks through it counts all of it as lost. */
  private static void lose(long bytes, OutputStream out) throws IOException {
    var zeros = new byte[1 << 16];
    for (long left = bytes; left > 0; left -= zeros.length) {
      out.write(zeros, 0, (int) Math.min(left, zeros.length));
    }
    out.write(0xff);
  }
}
