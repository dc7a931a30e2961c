package org.maejava.weights;

import com.google.common.base.Ascii;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file's JSON header, read strictly: a lenient reader takes a size that overflows, a
 * name that is there twice or a comment for something else than what was written.
 */
final class SafetensorsHeader {

  private static final int MAX_LISTED_FAULTS = 50;
  private static final int MAX_QUOTED = 200;

  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();

  /**
   * Reads and checks a header.
   *
   * @param json the whole header
   * @param dataSize bytes that follow it
   * @throws IOException listing every fault
   */
  SafetensorsHeader(String json, long dataSize) throws IOException {
    try (var reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      readEntries(reader);
    } catch (IOException | JsonParseException | IllegalStateException e) {
      throw new IOException("its header is not a JSON object", e);
    }
    checkLayout(dataSize);
    if (!faults.isEmpty()) {
      throw new IOException(describeFaults());
    }
  }

  /** In the header's order. */
  Map<String, TensorInfo> tensors() {
    return tensors;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private void readEntries(JsonReader reader) throws IOException {
    reader.beginObject();
    while (reader.hasNext()) {
      var name = reader.nextName();
      var value = JsonParser.parseReader(reader);
      if (name.equals("__metadata__")) {
        readMetadata(value);
      } else {
        readTensor(name, value);
      }
    }
    reader.endObject();
    if (reader.peek() != JsonToken.END_DOCUMENT) {
      throw new IOException("something follows the header's object");
    }
  }

  private void readMetadata(JsonElement json) {
    if (!json.isJsonObject()) {
      faults.add("__metadata__ is " + quote(json) + " instead of an object of texts");
      return;
    }
    for (var entry : json.getAsJsonObject().entrySet()) {
      var value = entry.getValue();
      if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
        metadata.put(entry.getKey(), value.getAsString());
      } else {
        faults.add("__metadata__ %s is %s, no text".formatted(entry.getKey(), quote(value)));
      }
    }
  }

  private void readTensor(String name, JsonElement json) {
    try {
      var info = TensorInfo.parse(json.getAsJsonObject());
      info.fault().ifPresent(fault -> faults.add(name + " " + fault));
      if (tensors.put(name, info) != null) {
        faults.add(name + " is there twice");
      }
    } catch (RuntimeException e) {
      faults.add(name + " has the unreadable entry " + quote(json));
    }
  }

  /** Sorted by offset, tensors must follow one another without gap or overlap to the end. */
  private void checkLayout(long dataSize) {
    // By end too: an empty tensor begins where the next one does.
    var byOffset =
        tensors.entrySet().stream()
            .sorted(
                Comparator.comparingLong((Map.Entry<String, TensorInfo> e) -> e.getValue().begin())
                    .thenComparingLong(e -> e.getValue().end()))
            .toList();
    long end = 0;
    for (var entry : byOffset) {
      long begin = entry.getValue().begin();
      if (begin != end) {
        faults.add("%s begins at %d where %d is expected".formatted(entry.getKey(), begin, end));
      }
      end = entry.getValue().end();
    }
    if (end != dataSize) {
      faults.add("the tensors end at %d but the data at %d".formatted(end, dataSize));
    }
  }

  private static String quote(JsonElement json) {
    return Ascii.truncate(json.toString(), MAX_QUOTED, "…");
  }

  private String describeFaults() {
    return faults.size() <= MAX_LISTED_FAULTS
        ? String.join("; ", faults)
        : "%d faults, the first: %s"
            .formatted(faults.size(), String.join("; ", faults.subList(0, MAX_LISTED_FAULTS)));
  }
}
