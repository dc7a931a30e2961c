package org.maejava.data.spec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.maejava.data.source.DataException;
import org.maejava.words.Spelling;

/**
 * What {@code --data} was given, split into path and options: {@code PATH?key=value&key=value}. A
 * path that exists as it is written has no options, whatever characters are in it.
 *
 * @param path what stands before the options
 * @param options by key, all of them known
 * @param asked keys that {@link #option} was called with
 */
record ParsedSpec(String path, Map<String, String> options, Set<String> asked) {

  private static final List<String> KEYS =
      List.of(
          "kind",
          "val",
          "train",
          "evaluation",
          "labels",
          "classes",
          "first",
          "order",
          "coarse",
          "seed");

  /**
   * Splits a spec.
   *
   * @throws DataException naming an option that does not exist, or is given twice
   */
  static ParsedSpec parse(String spec) {
    int at = spec.lastIndexOf('?');
    if (at < 0 || exists(spec)) {
      return new ParsedSpec(spec, Map.of(), new HashSet<>());
    }
    var options = new LinkedHashMap<String, String>();
    for (var option : Splitter.on('&').omitEmptyStrings().split(spec.substring(at + 1))) {
      int equals = option.indexOf('=');
      var key = equals < 0 ? option : option.substring(0, equals);
      if (equals < 1 || !KEYS.contains(key)) {
        throw new DataException(
            "the data \"%s\": there is no option \"%s\"%s; there are %s"
                .formatted(
                    spec, option, Spelling.meant(key, KEYS), String.join("=, ", KEYS) + "="));
      }
      if (options.putIfAbsent(key, option.substring(equals + 1)) != null) {
        throw new DataException("the data \"%s\": %s= is given twice".formatted(spec, key));
      }
    }
    return new ParsedSpec(spec.substring(0, at), options, new HashSet<>());
  }

  private static boolean exists(String path) {
    try {
      return Files.exists(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** What can be given, as text for users. */
  static String help() {
    try {
      return Resources.toString(Resources.getResource(ParsedSpec.class, "data-spec.txt"), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The file that an image's name stands for: names begin with the folder that was given, or with
   * one that lies in it; that of a single image is the end of what was given.
   */
  Optional<Path> fileOf(String name) {
    return Stream.of(Optional.of(path), Optional.ofNullable(options.get("evaluation")))
        .flatMap(Optional::stream)
        .map(Path::of)
        .flatMap(
            place ->
                place.toAbsolutePath().normalize().endsWith(name)
                    ? Stream.of(place)
                    : Stream.of(place.resolve(name), place.resolveSibling(name)))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** Whether other images are evaluated than those that the path has for it. */
  boolean replacesEvaluation() {
    return options.containsKey("val") || options.containsKey("evaluation");
  }

  /** An option's value; a call records that the option applies. */
  Optional<String> option(String key) {
    asked.add(key);
    return Optional.ofNullable(options.get(key));
  }

  /** Whether an option is {@code true}; anything but true and false is refused. */
  boolean flag(String key) {
    var value = option(key).orElse("false");
    if (!value.equals("true") && !value.equals("false")) {
      throw new DataException(
          "the data \"%s\": %s=%s is neither true nor false".formatted(path, key, value));
    }
    return value.equals("true");
  }

  /**
   * Refuses options that have no meaning for what was opened.
   *
   * @throws DataException naming them
   */
  void checkAllApply() {
    var unused = options.keySet().stream().filter(key -> !asked.contains(key)).toList();
    if (!unused.isEmpty()) {
      throw new DataException(
          "the data \"%s\": %s= does not apply to what is there"
              .formatted(path, String.join("=, ", unused)));
    }
  }

  /** A whole number, or another if it is not given. */
  long number(String key, long absent) {
    asked.add(key);
    try {
      return options.containsKey(key) ? Long.parseLong(options.get(key)) : absent;
    } catch (NumberFormatException e) {
      throw new DataException(
          "the data \"%s\": %s=%s is not a whole number".formatted(path, key, options.get(key)), e);
    }
  }
}
