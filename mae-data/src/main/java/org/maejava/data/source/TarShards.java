package org.maejava.data.source;

import com.google.common.io.ByteSource;
import com.google.common.io.Files;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Tar shards in the WebDataset convention: files of one name up to the first dot are one sample,
 * {@code 0001.jpg} with its class in {@code 0001.cls}, or as {@code label} in {@code 0001.json}.
 * Archives must not be compressed: images are read from where they lie.
 */
public final class TarShards {

  private static final String CLASS = "cls";
  private static final String JSON = "json";

  private TarShards() {}

  /**
   * The samples with an image, of shards that are looked through once.
   *
   * @param known class names by label, or none
   * @param first the number of the first class, where classes are numbers
   */
  public static Source of(List<Path> shards, List<String> known, int first, IndexCache cache) {
    var index = ShardScan.of("tar", shards, TarShards::scan, cache);
    return ShardSource.of(
        "%,d images in %,d tar shards beginning with %s."
            .formatted(index.getNamesCount(), shards.size(), shards.get(0)),
        shards,
        index,
        known,
        first,
        TarShards::slice);
  }

  private static ByteSource slice(Path shard, long offset, long size) {
    return Files.asByteSource(shard.toFile()).slice(offset, size);
  }

  private static void scan(Path shard, ShardScan.Found found) throws IOException {
    try (var tar = new TarFile(shard)) {
      Map<String, List<TarArchiveEntry>> samples = new LinkedHashMap<>();
      for (var entry : tar.getEntries()) {
        if (entry.isFile()) {
          samples.computeIfAbsent(key(entry), key -> new ArrayList<>()).add(entry);
        }
      }
      for (var sample : samples.values()) {
        var image =
            sample.stream().filter(entry -> Listing.EXTENSIONS.contains(ending(entry))).findFirst();
        if (image.isPresent()) {
          found.add(
              shard.getFileName() + "/" + image.get().getName(),
              image.get().getDataOffset(),
              image.get().getSize(),
              writtenClass(tar, sample));
        }
      }
    }
  }

  private static String writtenClass(TarFile tar, List<TarArchiveEntry> sample) throws IOException {
    for (var entry : sample) {
      if (ending(entry).equals(CLASS)) {
        return text(tar, entry).strip();
      }
      if (ending(entry).equals(JSON)) {
        var label = label(text(tar, entry));
        if (!label.isEmpty()) {
          return label;
        }
      }
    }
    return "";
  }

  private static String label(String json) {
    try {
      return JsonParser.parseString(json) instanceof JsonObject object
              && object.has("label")
              && object.get("label").isJsonPrimitive()
          ? object.get("label").getAsString()
          : "";
    } catch (JsonParseException e) {
      return "";
    }
  }

  private static String text(TarFile tar, TarArchiveEntry entry) throws IOException {
    try (var in = tar.getInputStream(entry)) {
      return new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8);
    }
  }

  /** Path and name up to the name's first dot. */
  private static String key(TarArchiveEntry entry) {
    var name = entry.getName();
    int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** What follows the last dot: WebDataset allows {@code 0001.left.jpg}. */
  private static String ending(TarArchiveEntry entry) {
    return Files.getFileExtension(entry.getName()).toLowerCase(Locale.ROOT);
  }
}
