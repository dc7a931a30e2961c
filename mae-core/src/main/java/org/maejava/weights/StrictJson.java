package org.maejava.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;

/**
 * One value of a JSON text, with a note of what Gson's own reader is silent about: of an object's
 * members with one name it keeps the last.
 */
public final class StrictJson {

  /** No entry of a header needs more. */
  private static final int MAX_VALUES = 1 << 20;

  /** Longer numbers take for ever to read. */
  private static final int MAX_DIGITS = 1000;

  private int values;
  private String twice = "";

  private StrictJson() {}

  /**
   * A value.
   *
   * @param twice a name that an object in it has twice; empty: none
   */
  public record Value(JsonElement json, String twice) {}

  /**
   * Reads the next value.
   *
   * @throws IOException if it is malformed, or larger than any entry of a header
   */
  public static Value value(JsonReader in) throws IOException {
    var reading = new StrictJson();
    return new Value(reading.read(in), reading.twice);
  }

  /**
   * The one value of a text.
   *
   * @throws IOException if it is malformed, an object in it has a name twice, or more follows
   */
  public static JsonElement only(String text) throws IOException {
    try (var in = new JsonReader(new StringReader(text))) {
      in.setStrictness(Strictness.STRICT);
      var value = value(in);
      if (!value.twice().isEmpty()) {
        throw new MalformedJsonException("it has %s twice".formatted(value.twice()));
      }
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("something follows its end");
      }
      return value.json();
    } catch (IllegalStateException | NumberFormatException e) {
      throw new MalformedJsonException(String.valueOf(e.getMessage()), e);
    }
  }

  private JsonElement read(JsonReader in) throws IOException {
    if (++values > MAX_VALUES) {
      throw new MalformedJsonException("one entry has more than %d values".formatted(MAX_VALUES));
    }
    return switch (in.peek()) {
      case BEGIN_OBJECT -> object(in);
      case BEGIN_ARRAY -> array(in);
      case STRING -> new JsonPrimitive(in.nextString());
      case NUMBER -> number(in.nextString());
      case BOOLEAN -> new JsonPrimitive(in.nextBoolean());
      case NULL -> {
        in.nextNull();
        yield JsonNull.INSTANCE;
      }
      default -> throw new MalformedJsonException("a value is missing");
    };
  }

  private JsonObject object(JsonReader in) throws IOException {
    var object = new JsonObject();
    in.beginObject();
    while (in.hasNext()) {
      var name = in.nextName();
      var value = read(in);
      if (object.has(name)) {
        twice = name;
      }
      object.add(name, value);
    }
    in.endObject();
    return object;
  }

  private JsonArray array(JsonReader in) throws IOException {
    var array = new JsonArray();
    in.beginArray();
    while (in.hasNext()) {
      array.add(read(in));
    }
    in.endArray();
    return array;
  }

  private static JsonPrimitive number(String digits) throws IOException {
    if (digits.length() > MAX_DIGITS) {
      throw new MalformedJsonException("a number has %d digits".formatted(digits.length()));
    }
    // As it is written, so that messages can quote it.
    return JsonParser.parseString(digits).getAsJsonPrimitive();
  }
}
