package org.maejava.weights;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * One entry of a safetensors header.
 *
 * @param type of the values
 * @param shape row-major dimensions
 * @param begin first byte, from the start of the data
 * @param end byte after the last
 */
record TensorInfo(TensorType type, List<Integer> shape, long begin, long end) {

  /** As PyTorch allows. */
  private static final int MAX_RANK = 64;

  /** Types that the format has and this does not read: too small or complex for weights. */
  private static final Pattern UNREAD = Pattern.compile("(F8|F6|F4|C64)(_E\\dM\\d\\w*)?");

  /** A tensor of such a type. */
  static final class UnreadTypeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
    private final String type;

    private UnreadTypeException(String type) {
      super(type);
      this.type = type;
    }

    String type() {
      return type;
    }
  }

  /** Fails with some unchecked exception if an entry is missing, of another type or not whole. */
  static TensorInfo parse(JsonObject json) {
    var offsets = json.getAsJsonArray("data_offsets");
    checkArgument(offsets.size() == 2, "%s offsets", offsets.size());
    var type = json.get("dtype").getAsString();
    if (UNREAD.matcher(type).matches()) {
      throw new UnreadTypeException(type);
    }
    return new TensorInfo(
        TensorType.valueOf(type),
        StreamSupport.stream(json.getAsJsonArray("shape").spliterator(), false)
            .map(dimension -> Math.toIntExact(whole(dimension)))
            .toList(),
        whole(offsets.get(0)),
        whole(offsets.get(1)));
  }

  /** Gson's own conversion cuts off what does not fit. */
  private static long whole(JsonElement json) {
    var primitive = json.getAsJsonPrimitive();
    checkArgument(primitive.isNumber(), "%s is not a number", primitive);
    return primitive.getAsBigDecimal().longValueExact();
  }

  /** Why the entry contradicts itself, if it does. */
  Optional<String> fault() {
    if (shape.size() > MAX_RANK) {
      return Optional.of("has %d dimensions, of %d at most".formatted(shape.size(), MAX_RANK));
    }
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
        ? Optional.of("has %d bytes; a tensor of more than 2147483647 is not read".formatted(bytes))
        : Optional.empty();
  }
}
