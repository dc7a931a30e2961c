package org.maejava.config;

import com.google.common.base.Ascii;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TextFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.maejava.words.Spelling;

/** What is wrong with text-proto, in words of who wrote it. */
public final class TextProto {

  /** How the text format's parser lists unknown fields: line, column, message type, name. */
  private static final Pattern UNKNOWN_FIELD =
      Pattern.compile("(\\d+):(\\d+):\\s+maejava\\.(\\w+)\\.(\\S+)");

  /** Line, column, type, name. */
  private static final Pattern UNKNOWN_VALUE =
      Pattern.compile(
          "(\\d+):(\\d+): Enum type \"maejava\\.(\\w+)\" has no value named \"([^\"]*)\"\\.?");

  private static final Pattern PLACED = Pattern.compile("(?s)(\\d+):(\\d+): (.*)");

  private static final Pattern NO_NUMBER =
      Pattern.compile("Couldn't parse (integer|number): .*For input string: (\".*\").*");

  private static final Pattern NEGATIVE =
      Pattern.compile("Couldn't parse integer: Number must be positive: (-\\d+)");

  private static final String WHOLE = "whole number";

  /** {@code model { encoder { width: … } }}. */
  private static final int PARTS_DEEP = 2;

  private TextProto() {}

  /**
   * Everything that the parser found, with line and column; what is unknown with what is known.
   *
   * @param whole the type that was parsed
   */
  public static List<String> problems(TextFormat.ParseException e, Descriptor whole) {
    var said = e.getMessage();
    var unknown =
        UNKNOWN_FIELD
            .matcher(said)
            .results()
            .map(found -> place(found) + noField(whole, found.group(3), found.group(4)))
            .toList();
    if (!unknown.isEmpty()) {
      return unknown;
    }
    var value = UNKNOWN_VALUE.matcher(said);
    if (value.matches()) {
      return List.of(place(value.toMatchResult()) + noValue(whole, value.group(3), value.group(4)));
    }
    var placed = PLACED.matcher(said);
    return List.of(
        placed.matches() ? place(placed.toMatchResult()) + sentence(placed.group(3)) : said);
  }

  private static String place(MatchResult found) {
    return "line %s, column %s: ".formatted(found.group(1), found.group(2));
  }

  /** The parser's own words, but where these are Java's. */
  private static String sentence(String said) {
    var noNumber = NO_NUMBER.matcher(said);
    if (noNumber.matches()) {
      return "%s is no %s"
          .formatted(noNumber.group(2), noNumber.group(1).equals("integer") ? WHOLE : "number");
    }
    var negative = NEGATIVE.matcher(said);
    if (negative.matches()) {
      return negative.group(1) + " must not be below 0";
    }
    return Ascii.toLowerCase(said.charAt(0)) + said.substring(1).replaceFirst("\\.$", "");
  }

  /** For a field that a message of this type has not. */
  static String noField(Descriptor whole, String type, String name) {
    var known =
        files(whole.getFile())
            .flatMap(file -> file.getMessageTypes().stream())
            .filter(message -> message.getName().equals(type))
            .flatMap(message -> message.getFields().stream())
            .map(FieldDescriptor::getName)
            .toList();
    var what = "%s has no field \"%s\"".formatted(type, name);
    var parts = known.contains(name) ? List.<String>of() : partsWith(whole, type, name);
    return parts.isEmpty()
        ? unknown(what, name, known)
        : "%s; it belongs into a part: %s".formatted(what, String.join(" or ", parts));
  }

  /** The parts of a message, however deep, that have a field of this name, as one writes it. */
  private static List<String> partsWith(Descriptor whole, String type, String name) {
    return files(whole.getFile())
        .flatMap(file -> file.getMessageTypes().stream())
        .filter(message -> message.getName().equals(type))
        .flatMap(message -> within(message, name, PARTS_DEEP))
        .distinct()
        .toList();
  }

  private static Stream<String> within(Descriptor message, String name, int deep) {
    return message.getFields().stream()
        .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
        .flatMap(
            field -> {
              var part = field.getMessageType();
              var own = Optional.ofNullable(part.findFieldByName(name)).map(TextProto::written);
              var deeper = deep > 1 ? within(part, name, deep - 1) : Stream.<String>empty();
              return Stream.concat(own.stream(), deeper)
                  .map(inner -> "%s { %s }".formatted(field.getName(), inner));
            });
  }

  private static String written(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? field.getName() + " { … }"
        : field.getName() + ": …";
  }

  private static String noValue(Descriptor whole, String type, String name) {
    var known =
        files(whole.getFile())
            .flatMap(file -> file.getEnumTypes().stream())
            .filter(values -> values.getName().equals(type))
            .map(EnumDescriptor::getValues)
            .flatMap(List::stream)
            .map(EnumValueDescriptor::getName)
            .filter(value -> !value.endsWith("_UNSPECIFIED"))
            .toList();
    return unknown("%s has no value \"%s\"".formatted(type, name), name, known);
  }

  private static String unknown(String what, String name, List<String> known) {
    return "%s%s; it has %s".formatted(what, Spelling.meant(name, known), String.join(", ", known));
  }

  private static Stream<FileDescriptor> files(FileDescriptor file) {
    return Stream.concat(Stream.of(file), file.getDependencies().stream().flatMap(TextProto::files))
        .distinct();
  }
}
