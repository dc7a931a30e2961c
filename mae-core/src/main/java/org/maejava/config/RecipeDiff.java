package org.maejava.config;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.maejava.proto.Experiment;

/** In what two complete recipes differ, field by field. */
public final class RecipeDiff {

  private static final int NAMED = 5;
  private static final String UNSET = "not set";
  private static final String UNREADABLE = "data.max_unreadable_share";

  private RecipeDiff() {}

  /**
   * One difference.
   *
   * @param path of the field, such as {@code training.base_rate}
   * @param first what the first recipe has, as text-proto, or "not set"
   * @param second what the second has
   */
  public record Difference(String path, String first, String second) {}

  /** Every difference that changes a result, in the schema's order. */
  public static List<Difference> between(Experiment first, Experiment second) {
    var found = ImmutableList.<Difference>builder();
    compare(
        "", first.toBuilder().clearAbout().build(), second.toBuilder().clearAbout().build(), found);
    return found.build();
  }

  /**
   * What keeps a run from going on by another recipe: every difference, but for how many images may
   * be unreadable, which decides whether it is given up and nothing else.
   */
  public static List<Difference> betweenRuns(Experiment before, Experiment now) {
    return between(before, now).stream()
        .filter(difference -> !difference.path().equals(UNREADABLE))
        .toList();
  }

  /** What is now and was before, as half a sentence; of many, the first. */
  public static String sinceThen(List<Difference> differences) {
    var named =
        differences.stream()
            .limit(NAMED)
            .map(at -> "%s is %s, was %s".formatted(at.path(), at.second(), at.first()))
            .collect(Collectors.joining(", "));
    int others = differences.size() - NAMED;
    return others > 0 ? named + " and %d more differ".formatted(others) : named;
  }

  private static void compare(
      String prefix, Message first, Message second, ImmutableList.Builder<Difference> found) {
    for (var field : first.getDescriptorForType().getFields()) {
      var path = prefix + field.getName();
      if (isMessage(field) && !field.getMessageType().getFields().isEmpty()) {
        compare(
            path + ".", (Message) first.getField(field), (Message) second.getField(field), found);
      }
      // A message's own presence is told by its fields, unless it has none that are set.
      boolean told =
          isMessage(field) && (hasSetFields(first, field) || hasSetFields(second, field));
      var before = text(first, field);
      var after = text(second, field);
      if (!told && !before.equals(after)) {
        found.add(new Difference(path, before, after));
      }
    }
  }

  private static boolean isMessage(FieldDescriptor field) {
    return !field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  private static boolean hasSetFields(Message message, FieldDescriptor field) {
    return message.hasField(field) && !((Message) message.getField(field)).getAllFields().isEmpty();
  }

  private static String text(Message message, FieldDescriptor field) {
    if (field.isRepeated()) {
      int count = message.getRepeatedFieldCount(field);
      return count == 0
          ? UNSET
          : IntStream.range(0, count)
              .mapToObj(i -> value(field, message.getRepeatedField(field, i)))
              .collect(Collectors.joining(", ", "[", "]"));
    }
    if (!message.hasField(field)) {
      return UNSET;
    }
    return isMessage(field) ? "{}" : value(field, message.getField(field));
  }

  private static String value(FieldDescriptor field, Object value) {
    var text = new StringBuilder();
    try {
      TextFormat.printer().printFieldValue(field, value, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
