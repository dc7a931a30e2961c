package org.maejava.data.source;

import com.google.common.io.ByteSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Tar shards in the WebDataset convention: files of one name up to the first dot are one sample,
 * {@code 0001.jpg} with its class in {@code 0001.cls}, as {@code label} in {@code 0001.json}, as a
 * single word in every {@code 0001.txt}, or in the name of the folder that it lies in. Compressed
 * archives are unpacked once.
 */
public final class TarShards {

  private TarShards() {}

  /**
   * The samples with an image, of shards that are looked through once.
   *
   * @param known class names by label, or none
   * @param first the number of the first class, where classes are numbers
   */
  public static Source of(List<Path> shards, List<String> known, int first, IndexCache cache) {
    var plain = Unpacked.of(shards, cache);
    var index = ShardScan.of("tar", plain, TarShards::scan, cache);
    return ShardSource.of(
        ShardSource.about(index, "tar", shards), plain, index, known, first, TarShards::slice);
  }

  private static ByteSource slice(Path shard, long offset, long size) {
    return Folders.bytes(shard).slice(offset, size);
  }

  private static void scan(Path shard, ShardScan.Found found) throws IOException {
    try (var file = FileChannel.open(shard, StandardOpenOption.READ)) {
      new TarSamples(file, shard.getFileName().toString(), found).scan();
    }
  }
}
