package org.maejava.data.source;

import com.google.common.base.Stopwatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.maejava.data.proto.SourceIndex;
import org.maejava.storage.IoReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through shards once for where their examples lie; what it finds is kept. What cannot be
 * read is among the examples too, as many as its bytes would hold, so that nothing is lost without
 * being counted.
 */
final class ShardScan {

  private static final Logger log = LoggerFactory.getLogger(ShardScan.class);

  /** Raised when the same shards are understood otherwise: kept indices are made anew. */
  private static final String VERSION = "3";

  /** What lies in a folder that {@code mae data convert} wrote. */
  private static final String CONVERSION = "conversion.txt";

  /** Lost examples of one place beyond which no more are counted. */
  private static final long MAX_LOST = 1_000_000;

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

  /** A stretch of a shard in which examples were. */
  private record Lost(int shard, String name, long offset, long bytes, String reason) {}

  /** What is found, example by example. */
  static final class Found {
    private final SourceIndex.Builder index;
    private final List<WrittenClass> classes = new ArrayList<>();
    private final List<Lost> lost = new ArrayList<>();
    private final List<Long> examples = new ArrayList<>();
    private final List<Long> bytes = new ArrayList<>();
    private int shard;

    private Found(SourceIndex.Builder index) {
      this.index = index;
    }

    private void begin(Path file) throws IOException {
      index.addStamps(IndexCache.stamp(file));
      shard = examples.size();
      examples.add(0L);
      bytes.add(Files.size(file));
    }

    /** An example, with its class as it is written there. */
    void add(String name, long offset, long size, WrittenClass writtenClass) {
      index.addNames(name).addShards(shard).addOffsets(offset).addSizes(size);
      classes.add(writtenClass);
      examples.set(shard, examples.get(shard) + 1);
    }

    /** A place where there is one example that cannot be read. */
    void addDamaged(String name, long offset, String reason) {
      index.putDamaged(index.getNamesCount(), reason);
      add(name, offset, 0, WrittenClass.NONE);
    }

    /** So many bytes in which examples were, at least one; how many is estimated at the end. */
    void addLost(String name, long offset, long lostBytes, String reason) {
      lost.add(new Lost(shard, name, offset, lostBytes, reason));
    }

    private void end(Path file) {
      if (Files.exists(file.resolveSibling(CONVERSION))) {
        return; // what it left out for being unreadable was told then
      }
      if (examples.get(shard) == 0 && lost.stream().noneMatch(place -> place.shard == shard)) {
        addLost(
            String.valueOf(file.getFileName()),
            0,
            0,
            bytes.get(shard) == 0 ? "the shard is empty" : "the shard holds no images");
      }
    }

    /** Counts what is lost by the bytes that an example takes, in the same shard if it has any. */
    private void countLost() {
      var whole = List.copyOf(examples);
      for (var place : lost) {
        shard = place.shard;
        long count = Math.max(1, Math.min(MAX_LOST, Math.round(place.bytes / mean(whole))));
        for (int i = 1; i <= count; i++) {
          addDamaged(
              count == 1 ? place.name : "%s, %d of about %d".formatted(place.name, i, count),
              place.offset,
              place.reason);
        }
      }
    }

    private double mean(List<Long> whole) {
      double here = meanOf(whole, shard, shard + 1);
      return here > 0 ? here : Math.max(1, meanOf(whole, 0, whole.size()));
    }

    private double meanOf(List<Long> whole, int from, int to) {
      long all = whole.subList(from, to).stream().mapToLong(Long::longValue).sum();
      double size = 0;
      for (int i = from; i < to; i++) {
        size += whole.get(i) == 0 ? 0 : bytes.get(i);
      }
      for (var place : lost) {
        boolean counts = place.shard >= from && place.shard < to && whole.get(place.shard) > 0;
        size -= counts ? place.bytes : 0;
      }
      return all == 0 ? 0 : size / all;
    }
  }

  private ShardScan() {}

  /**
   * An index of shards: labels are indices into {@code classes}, which holds what was written.
   *
   * @param kind of shards, for the cache
   * @throws DataException naming all shards that cannot be looked through
   */
  static SourceIndex of(String kind, List<Path> shards, Format format, IndexCache cache) {
    var key = kind + " " + VERSION + "\n" + shards;
    var kept = cache.get(key);
    if (kept.isPresent()) {
      return kept.get();
    }
    var watch = Stopwatch.createStarted();
    var index = SourceIndex.newBuilder();
    var found = new Found(index);
    var problems = new ArrayList<String>();
    for (var shard : shards) {
      try {
        found.begin(shard);
        format.scan(shard, found);
        found.end(shard);
      } catch (IOException e) {
        problems.add("the shard %s cannot be read: %s".formatted(shard, IoReason.of(e)));
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(String.join("; ", problems));
    }
    found.countLost();
    label(index, WrittenClass.agreed(found.classes));
    log.info(
        "looked through {} {} shards with {} images, {} of them damaged, in {}",
        shards.size(),
        kind,
        index.getNamesCount(),
        index.getDamagedCount(),
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
