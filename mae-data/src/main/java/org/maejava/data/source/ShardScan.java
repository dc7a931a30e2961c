package org.maejava.data.source;

import com.google.common.base.Stopwatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.maejava.data.proto.SourceIndex;
import org.maejava.storage.IoReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks through shards once for where their examples lie; what it finds is kept. */
final class ShardScan {

  private static final Logger log = LoggerFactory.getLogger(ShardScan.class);

  /** One format's way to look through one shard. */
  interface Format {

    /**
     * Finds a shard's examples.
     *
     * @param shard the file
     * @param found takes them
     * @throws IOException if the shard cannot be looked through at all
     */
    void scan(Path shard, Found found) throws IOException;
  }

  /** What is found, example by example. */
  static final class Found {
    private final SourceIndex.Builder index;
    private final int shard;
    private final List<String> classes;

    private Found(SourceIndex.Builder index, int shard, List<String> classes) {
      this.index = index;
      this.shard = shard;
      this.classes = classes;
    }

    /** An example, with its class as it is written there; empty or -1 for none. */
    void add(String name, long offset, long size, String writtenClass) {
      index.addNames(name).addShards(shard).addOffsets(offset).addSizes(size);
      classes.add(writtenClass.equals("-1") ? "" : writtenClass);
    }

    /** A place where there should have been an example. */
    void addDamaged(String name, long offset, String reason) {
      index.putDamaged(index.getNamesCount(), reason);
      add(name, offset, 0, "");
    }
  }

  private ShardScan() {}

  /**
   * An index of shards: labels are indices into {@code classes}, which holds what was written.
   *
   * @param kind of shards, for the cache
   * @throws DataException naming the shard that cannot be looked through
   */
  static SourceIndex of(String kind, List<Path> shards, Format format, IndexCache cache) {
    var key = kind + "\n" + shards;
    var kept = cache.get(key);
    if (kept.isPresent()) {
      return kept.get();
    }
    var watch = Stopwatch.createStarted();
    var index = SourceIndex.newBuilder();
    var written = new ArrayList<String>();
    for (int i = 0; i < shards.size(); i++) {
      try {
        index.addStamps(IndexCache.stamp(shards.get(i)));
        format.scan(shards.get(i), new Found(index, i, written));
      } catch (IOException e) {
        throw new DataException(
            "the shard %s cannot be read: %s".formatted(shards.get(i), IoReason.of(e)), e);
      }
    }
    label(index, written);
    log.info(
        "looked through {} {} shards with {} images in {}",
        shards.size(),
        kind,
        index.getNamesCount(),
        watch);
    var whole = index.build();
    cache.put(key, whole);
    return whole;
  }

  private static void label(SourceIndex.Builder index, List<String> written) {
    var classes = written.stream().filter(name -> !name.isEmpty()).distinct().sorted().toList();
    var numbers = new HashMap<String, Integer>();
    classes.forEach(name -> numbers.put(name, numbers.size()));
    index.addAllClasses(classes);
    written.forEach(name -> index.addLabels(name.isEmpty() ? -1 : numbers.get(name)));
  }
}
