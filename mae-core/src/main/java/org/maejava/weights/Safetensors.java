package org.maejava.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A safetensors file opened for reading: an 8-byte header length, a JSON header, little-endian
 * data.
 *
 * <p>Own code because no Java reader handles files above 2 GiB. The header is checked whole on
 * opening (types, shapes against lengths, overlaps, gaps, end of file); tensors are mapped one at a
 * time.
 */
public final class Safetensors implements WeightSource, AutoCloseable {

  private static final long MAX_HEADER = 100 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, String> metadata;

  private Safetensors(
      Path file,
      FileChannel channel,
      long dataStart,
      Map<String, TensorInfo> tensors,
      Map<String, String> metadata) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    this.tensors = tensors;
    this.metadata = metadata;
  }

  /**
   * Opens and checks a file.
   *
   * @throws IOException if it cannot be read, or naming every fault of its header
   */
  public static Safetensors open(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return open(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Safetensors open(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw new IOException(file + " is no safetensors file: it has " + size + " bytes, not 8");
    }
    long headerLength = read(file, channel, 0, 8).getLong();
    if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, size - 8)) {
      throw new IOException(
          "%s is no safetensors file: its header claims %d bytes, of %d in the file (limit %d)"
              .formatted(file, headerLength, size, MAX_HEADER));
    }
    var json = UTF_8.decode(read(file, channel, 8, (int) headerLength)).toString();
    var header = parse(file, json);

    var metadata = new LinkedHashMap<String, String>();
    var tensors = new LinkedHashMap<String, TensorInfo>();
    var faults = new ArrayList<String>();
    for (var entry : header.entrySet()) {
      if (entry.getKey().equals("__metadata__")) {
        entry
            .getValue()
            .getAsJsonObject()
            .asMap()
            .forEach((k, v) -> metadata.put(k, v.getAsString()));
      } else {
        readInfo(entry.getKey(), entry.getValue(), tensors, faults);
      }
    }
    checkLayout(tensors, size - 8 - headerLength, faults);
    if (!faults.isEmpty()) {
      throw new IOException(file + ": " + String.join("; ", faults));
    }
    return new Safetensors(file, channel, 8 + headerLength, tensors, metadata);
  }

  private static JsonObject parse(Path file, String json) throws IOException {
    try {
      return JsonParser.parseString(json).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException(file + " is no safetensors file: its header is not a JSON object", e);
    }
  }

  private static void readInfo(
      String name, JsonElement json, Map<String, TensorInfo> tensors, List<String> faults) {
    try {
      var info = TensorInfo.parse(json.getAsJsonObject());
      info.fault().ifPresent(fault -> faults.add(name + " " + fault));
      tensors.put(name, info);
    } catch (RuntimeException e) {
      faults.add(name + " has the unreadable entry " + json);
    }
  }

  /** Sorted by offset, tensors must follow one another without gap or overlap to the end. */
  private static void checkLayout(
      Map<String, TensorInfo> tensors, long dataSize, List<String> faults) {
    long end = 0;
    var byOffset =
        tensors.entrySet().stream()
            .sorted(Comparator.comparingLong(e -> e.getValue().begin()))
            .toList();
    for (var entry : byOffset) {
      if (entry.getValue().begin() != end) {
        faults.add(
            "%s begins at %d where %d is expected"
                .formatted(entry.getKey(), entry.getValue().begin(), end));
      }
      end = entry.getValue().end();
    }
    if (end != dataSize) {
      faults.add("the tensors end at %d but the data at %d".formatted(end, dataSize));
    }
  }

  /** Type, shape and place of every tensor, in the header's order. */
  public Map<String, TensorInfo> tensors() {
    return Map.copyOf(tensors);
  }

  /** The header's free text. */
  public Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    return tensors.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> e.getValue().shape(), (a, b) -> a, LinkedHashMap::new));
  }

  @Override
  public float[] floats(String name) {
    var info = tensors.get(name);
    if (info == null) {
      throw new IllegalArgumentException(
          "%s has no tensor %s; it has %s"
              .formatted(file, name, tensors.keySet().stream().limit(10).collect(joining(", "))));
    }
    try {
      return info.type().toFloats(map(info));
    } catch (IOException e) {
      throw new IllegalStateException(file + ": tensor " + name + " could not be read", e);
    }
  }

  private ByteBuffer map(TensorInfo info) throws IOException {
    return channel
        .map(FileChannel.MapMode.READ_ONLY, dataStart + info.begin(), info.end() - info.begin())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer read(Path file, FileChannel channel, long at, int length)
      throws IOException {
    var buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException(file + " ended early");
      }
    }
    return buffer.flip();
  }
}
