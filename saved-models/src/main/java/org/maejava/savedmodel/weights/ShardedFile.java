package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.maejava.storage.IoReason;
import org.maejava.weights.StrictJson;

/**
 * Tensors spread over several files, which an index beside them names: {@code
 * model.safetensors.index.json}, {@code pytorch_model.bin.index.json}.
 */
final class ShardedFile implements TensorFile {

  private static final long MAX_INDEX = 16 << 20;

  private final Path index;
  private final Map<String, TensorFile> shards;
  private final Map<String, String> shardOf;

  private ShardedFile(Path index, Map<String, TensorFile> shards, Map<String, String> shardOf) {
    this.index = index;
    this.shards = shards;
    this.shardOf = shardOf;
  }

  /**
   * Opens an index and all of its files.
   *
   * @throws IOException naming what the index promises and the files lack, or the other way round
   */
  static ShardedFile open(Path index) throws IOException {
    var shardOf = read(index);
    var shards = new LinkedHashMap<String, TensorFile>();
    try {
      for (var shard : new TreeSet<>(shardOf.values())) {
        shards.put(shard, TensorFiles.openFile(index.resolveSibling(shard)));
      }
      check(index, shardOf, shards);
      return new ShardedFile(index, ImmutableMap.copyOf(shards), ImmutableMap.copyOf(shardOf));
    } catch (IOException | RuntimeException e) {
      close(shards.values());
      throw e;
    }
  }

  private static Map<String, String> read(Path index) throws IOException {
    if (Files.size(index) > MAX_INDEX) {
      throw new IOException(
          "%s has %d bytes; an index of shards has at most %d"
              .formatted(index, Files.size(index), MAX_INDEX));
    }
    var shardOf = new LinkedHashMap<String, String>();
    try {
      var json = StrictJson.only(Files.readString(index, UTF_8));
      if (!(json instanceof JsonObject object)
          || !(object.get("weight_map") instanceof JsonObject map)) {
        throw new IOException("it has no object weight_map");
      }
      for (var entry : map.entrySet()) {
        var shard = entry.getValue().getAsString();
        if (!shard.matches("[\\w.-]+") || shard.startsWith(".")) {
          throw new IOException(
              "a shard is to be the file %s beside it".formatted(PickleGlobals.quoted(shard)));
        }
        shardOf.put(entry.getKey(), shard);
      }
    } catch (UnsupportedOperationException | IllegalStateException e) {
      throw new IOException(index + " is no index of shards: it is not the JSON of one", e);
    } catch (IOException e) {
      throw new IOException(index + " is no index of shards: " + IoReason.of(e), e);
    }
    if (shardOf.isEmpty()) {
      throw new IOException(index + " is no index of shards: it names no tensors");
    }
    return shardOf;
  }

  private static void check(Path index, Map<String, String> shardOf, Map<String, TensorFile> shards)
      throws IOException {
    var problems = new ArrayList<String>();
    shardOf.forEach(
        (name, shard) -> {
          if (!requireNonNull(shards.get(shard)).shapes().containsKey(name)) {
            problems.add("%s is not in %s".formatted(name, shard));
          }
        });
    shards.forEach(
        (shard, file) ->
            file.shapes().keySet().stream()
                .filter(name -> !shard.equals(shardOf.get(name)))
                .forEach(name -> problems.add("%s holds %s too".formatted(shard, name))));
    if (!problems.isEmpty()) {
      throw new IOException(
          "%s and its files disagree: %s"
              .formatted(
                  index, String.join("; ", problems.subList(0, Math.min(10, problems.size())))));
    }
  }

  private TensorFile shard(String name) {
    var shard = shardOf.get(name);
    if (shard == null) {
      throw new IllegalArgumentException("%s has no tensor %s".formatted(index, name));
    }
    return requireNonNull(shards.get(shard));
  }

  @Override
  public String format() {
    return "%d files, each a %s"
        .formatted(shards.size(), shards.values().iterator().next().format());
  }

  @Override
  public String type(String name) {
    return shard(name).type(name);
  }

  @Override
  public Map<String, String> facts() {
    return Map.of();
  }

  @Override
  public List<String> notes() {
    return shards.values().stream().flatMap(file -> file.notes().stream()).toList();
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    var shapes = ImmutableMap.<String, List<Integer>>builder();
    shards.values().forEach(file -> shapes.putAll(file.shapes()));
    return shapes.buildOrThrow();
  }

  @Override
  public float[] floats(String name) {
    return shard(name).floats(name);
  }

  @Override
  public void close() throws IOException {
    close(shards.values());
  }

  private static void close(Iterable<TensorFile> files) throws IOException {
    for (var file : files) {
      file.close();
    }
  }
}
