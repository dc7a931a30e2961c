package org.maejava.weights;

import com.google.common.base.Ascii;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file's JSON header, read strictly: a lenient reader takes a size that overflows, a
 * name that is there twice or a comment for something else than what was written. Entries are read
 * one at a time and their number is limited, so that no header fills a small heap.
 */
final class SafetensorsHeader {

  private static final int MAX_LISTED_FAULTS = 50;
  private static final int MAX_QUOTED = 200;

  /** Language models of a trillion weights have fewer. */
  private static final int MAX_TENSORS = 200_000;

  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();
  private int faultCount;

  /**
   * Reads and checks a header.
   *
   * @param json the whole header; stays open
   * @param dataSize bytes that follow it
   * @throws CharacterCodingException if it is not UTF-8
   * @throws IOException listing every fault
   */
  SafetensorsHeader(Reader json, long dataSize) throws IOException {
    var reader = new JsonReader(json);
    reader.setStrictness(Strictness.STRICT);
    try {
      readEntries(reader);
    } catch (CharacterCodingException e) {
      throw e;
    } catch (IOException | JsonParseException | IllegalStateException e) {
      throw new IOException("its header is not a JSON object", e);
    }
    if (tensors.size() > MAX_TENSORS) {
      throw new IOException("it has more than %d tensors".formatted(MAX_TENSORS));
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
    boolean hasMetadata = false;
    reader.beginObject();
    while (reader.hasNext() && tensors.size() <= MAX_TENSORS) {
      var name = reader.nextName();
      var value = StrictJson.value(reader);
      if (!value.twice().isEmpty()) {
        fault("%s has %s twice".formatted(quote(name), quote(value.twice())));
      }
      if (!name.equals("__metadata__")) {
        readTensor(name, value.json());
      } else if (hasMetadata) {
        fault("__metadata__ is there twice");
      } else {
        hasMetadata = true;
        readMetadata(value.json());
      }
    }
    if (tensors.size() > MAX_TENSORS) {
      return;
    }
    reader.endObject();
    if (reader.peek() != JsonToken.END_DOCUMENT) {
      throw new IOException("something follows the header's object");
    }
  }

  private void readMetadata(JsonElement json) {
    if (!json.isJsonObject()) {
      fault("__metadata__ is " + quote(json) + " instead of an object of texts");
      return;
    }
    for (var entry : json.getAsJsonObject().entrySet()) {
      var value = entry.getValue();
      if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
        metadata.put(entry.getKey(), value.getAsString());
      } else {
        fault("__metadata__ %s is %s, no text".formatted(quote(entry.getKey()), quote(value)));
      }
    }
  }

  private void readTensor(String name, JsonElement json) {
    try {
      var info = TensorInfo.parse(json.getAsJsonObject());
      info.fault().ifPresent(fault -> fault(quote(name) + " " + fault));
      if (tensors.put(name, info) != null) {
        fault(quote(name) + " is there twice");
      }
    } catch (TensorInfo.UnreadTypeException e) {
      fault("%s is of type %s, which is not read".formatted(quote(name), quote(e.type())));
    } catch (RuntimeException e) {
      fault(quote(name) + " has the unreadable entry " + quote(json));
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
        fault("%s begins at %d where %d is expected".formatted(quote(entry.getKey()), begin, end));
      }
      end = entry.getValue().end();
    }
    if (end != dataSize) {
      fault("the tensors end at %d but the data at %d".formatted(end, dataSize));
    }
  }

  private void fault(String fault) {
    faultCount++;
    if (faults.size() < MAX_LISTED_FAULTS) {
      faults.add(fault);
    }
  }

  private static String quote(JsonElement json) {
    return Ascii.truncate(json.toString(), MAX_QUOTED, "…");
  }

  /** Names are the file's, and may be anything. */
  private static String quote(String name) {
    return Ascii.truncate(name, MAX_QUOTED, "…").replaceAll("\\p{Cntrl}", "?");
  }

  private String describeFaults() {
    return faultCount == faults.size()
        ? String.join("; ", faults)
        : "%d faults, the first: %s".formatted(faultCount, String.join("; ", faults));
  }
}
