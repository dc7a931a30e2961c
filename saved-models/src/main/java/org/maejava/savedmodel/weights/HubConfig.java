package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.maejava.storage.IoReason;

/**
 * What libraries write beside weights: {@code config.json} of transformers or timm, and {@code
 * preprocessor_config.json}. Each number is taken for what it is or not at all.
 */
final class HubConfig {

  static final String CONFIG = "config.json";
  static final String PREPROCESSOR = "preprocessor_config.json";

  private static final long MAX_BYTES = 16 << 20;
  private static final int MAX_CLASSES = 1_000_000;

  private final JsonObject config;
  private final JsonObject preprocessor;
  private final List<String> read = new ArrayList<>();

  /**
   * Reads what lies in a folder.
   *
   * @throws IOException if a file is there and is no JSON object
   */
  HubConfig(Path folder) throws IOException {
    config = object(folder.resolve(CONFIG));
    preprocessor = object(folder.resolve(PREPROCESSOR));
  }

  private JsonObject object(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return new JsonObject();
    }
    try {
      if (Files.size(file) <= MAX_BYTES
          && JsonParser.parseString(Files.readString(file, UTF_8)) instanceof JsonObject object) {
        read.add(file.getFileName().toString());
        return object;
      }
      throw new IOException("it is no JSON object, or larger than %d bytes".formatted(MAX_BYTES));
    } catch (JsonParseException e) {
      throw new IOException("%s beside the weights is no JSON".formatted(file), e);
    } catch (IOException e) {
      throw new IOException(
          "%s beside the weights cannot be read: %s".formatted(file, IoReason.of(e)), e);
    }
  }

  /** The files that were there. */
  List<String> read() {
    return List.copyOf(read);
  }

  /** Whether a transformers library wrote it. */
  boolean isTransformers() {
    return config.has("model_type");
  }

  /** Its first name of a class or architecture. */
  Optional<String> architecture() {
    if (config.get("architectures") instanceof JsonArray names && !names.isEmpty()) {
      return text(names.get(0));
    }
    return text(config.get("architecture"));
  }

  /** Whether timm's architecture is of other sizes than its name says. */
  boolean hasArguments() {
    return config.get("model_args") instanceof JsonObject arguments && !arguments.isEmpty();
  }

  /** Heads of an encoder, of transformers or timm. */
  OptionalInt heads() {
    var told = integer("num_attention_heads");
    return told.isEmpty() && config.get("model_args") instanceof JsonObject timm
        ? integer(timm.get("num_heads"))
        : told;
  }

  Optional<String> text(String key) {
    return text(config.get(key));
  }

  private static Optional<String> text(@Nullable JsonElement value) {
    return value != null
            && value.isJsonPrimitive()
            && value.getAsJsonPrimitive().isString()
            && value.getAsString().length() <= 200
        ? Optional.of(value.getAsString())
        : Optional.empty();
  }

  OptionalDouble number(String key) {
    return number(config.get(key));
  }

  private static OptionalDouble number(@Nullable JsonElement value) {
    if (value != null && value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
      try {
        return OptionalDouble.of(value.getAsDouble());
      } catch (NumberFormatException e) {
        return OptionalDouble.empty();
      }
    }
    return OptionalDouble.empty();
  }

  OptionalInt integer(String key) {
    return integer(config.get(key));
  }

  private static OptionalInt integer(@Nullable JsonElement value) {
    var number = number(value);
    boolean whole =
        number.isPresent()
            && number.getAsDouble() >= 1
            && number.getAsDouble() <= Integer.MAX_VALUE
            && number.getAsDouble() == Math.rint(number.getAsDouble());
    return whole ? OptionalInt.of((int) number.getAsDouble()) : OptionalInt.empty();
  }

  Optional<Boolean> flag(String key) {
    var value = config.get(key);
    return value != null && value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean()
        ? Optional.of(value.getAsBoolean())
        : Optional.empty();
  }

  /** Height and width, of one number or two. */
  List<Integer> imageSize() {
    var size =
        config.get("model_args") instanceof JsonObject timm && timm.has("img_size")
            ? timm.get("img_size")
            : config.get("image_size");
    if (size instanceof JsonArray two && two.size() == 2) {
      var height = integer(two.get(0));
      var width = integer(two.get(1));
      return height.isPresent() && width.isPresent()
          ? List.of(height.getAsInt(), width.getAsInt())
          : List.of();
    }
    var one = integer(size);
    return one.isPresent() ? List.of(one.getAsInt(), one.getAsInt()) : List.of();
  }

  /** Per channel, from pixel values of 0 to 1. */
  List<Double> mean() {
    return statistics("image_mean", "mean");
  }

  /** Per channel. */
  List<Double> deviation() {
    return statistics("image_std", "std");
  }

  private List<Double> statistics(String transformersKey, String timmKey) {
    var values = preprocessor.get(transformersKey);
    if (values == null && config.get("pretrained_cfg") instanceof JsonObject timm) {
      values = timm.get(timmKey);
    }
    var numbers = new ArrayList<Double>();
    if (values instanceof JsonArray array) {
      for (var value : array) {
        number(value).ifPresent(numbers::add);
      }
    }
    return numbers;
  }

  /** Share of the shorter side that timm keeps. */
  OptionalDouble cropFraction() {
    var fraction =
        config.get("pretrained_cfg") instanceof JsonObject timm
            ? number(timm.get("crop_pct"))
            : OptionalDouble.empty();
    return fraction.isPresent() && fraction.getAsDouble() > 0 && fraction.getAsDouble() <= 1
        ? fraction
        : OptionalDouble.empty();
  }

  /** The names of so many classes, empty unless there is one for each. */
  List<String> classes(int count) {
    var names = new ArrayList<String>();
    if (config.get("id2label") instanceof JsonObject labels && count <= MAX_CLASSES) {
      for (int i = 0; i < count; i++) {
        text(labels.get(Integer.toString(i))).ifPresent(names::add);
      }
      // Transformers invents such where nobody named them.
      if (names.equals(IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList())) {
        return List.of();
      }
    } else if (config.get("label_names") instanceof JsonArray labels) {
      for (var label : labels) {
        text(label).ifPresent(names::add);
      }
    }
    return names.size() == count ? List.copyOf(names) : List.of();
  }
}
