package org.maejava.weights;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * One entry of a safetensors header.
 *
 * @param type of the values
 * @param shape row-major dimensions
 * @param begin first byte, from the start of the data
 * @param end byte after the last
 */
public record TensorInfo(TensorType type, List<Integer> shape, long begin, long end) {

  static TensorInfo parse(JsonObject json) {
    var offsets = json.getAsJsonArray("data_offsets");
    return new TensorInfo(
        TensorType.valueOf(json.get("dtype").getAsString()),
        StreamSupport.stream(json.getAsJsonArray("shape").spliterator(), false)
            .map(JsonElement::getAsInt)
            .toList(),
        offsets.get(0).getAsLong(),
        offsets.get(1).getAsLong());
  }

  /** Why the entry contradicts itself, if it does. */
  Optional<String> fault() {
    long count = 1;
    for (int dimension : shape) {
      if (dimension < 0) {
        return Optional.of("has the shape " + shape);
      }
      count = Math.multiplyExact(count, (long) dimension);
    }
    long bytes = Math.multiplyExact(count, (long) type.bytes());
    if (begin < 0 || end - begin != bytes) {
      return Optional.of(
          "of type %s and shape %s needs %d bytes but has %d to %d"
              .formatted(type, shape, bytes, begin, end));
    }
    return bytes > Integer.MAX_VALUE
        ? Optional.of("has %d bytes; one tensor may have 2147483647".formatted(bytes))
        : Optional.empty();
  }
}
