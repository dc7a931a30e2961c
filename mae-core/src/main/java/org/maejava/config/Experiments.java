package org.maejava.config;

import com.google.common.base.Splitter;
import com.google.common.hash.Hashing;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.maejava.model.Presets;
import org.maejava.proto.Experiment;
import org.maejava.proto.Preset;

/** Recipes as text-proto: read, merged, completed, checked, fingerprinted. */
public final class Experiments {

  /** Of recipes; raised when a field that is there gets another meaning. */
  public static final int FORMAT = 1;

  private static final Pattern FORMAT_FIELD =
      Pattern.compile("(?m)^\\s*format\\s*:\\s*(\\d{1,9})\\b");

  private Experiments() {}

  /**
   * Reads one recipe's text, as it stands: bases unread, numbers unchecked.
   *
   * @param where file or option, for messages
   * @throws InvalidExperimentException with line and column; an unknown field brings the known
   *     ones, a recipe of a newer release its format
   */
  public static Experiment parse(String text, String where) {
    try {
      var recipe = TextFormat.parse(text, Experiment.class);
      requireKnown(Integer.toUnsignedLong(recipe.getFormat()), where);
      // What is read is of this format, and a recipe is the same with or without the word.
      return recipe.toBuilder().clearFormat().build();
    } catch (TextFormat.ParseException e) {
      // Perhaps because of fields that are newer than this release.
      var format = FORMAT_FIELD.matcher(text);
      requireKnown(format.find() ? Long.parseLong(format.group(1)) : FORMAT, where);
      throw new InvalidExperimentException(
          where, TextProto.problems(e, Experiment.getDescriptor()));
    }
  }

  private static void requireKnown(long format, String where) {
    if (format > FORMAT) {
      throw new InvalidExperimentException(
          where,
          List.of(
              "a newer release's recipe, of format %d; this one knows formats up to %d"
                  .formatted(format, FORMAT)));
    }
  }

  /**
   * Of what both set, the overlay wins: messages are merged field by field, everything else (lists
   * included) is replaced. What the overlay does {@code without} is taken out of the base first.
   *
   * @throws InvalidExperimentException if there is no field of such a path
   */
  public static Experiment merge(Experiment base, Experiment overlay) {
    var merged = base.toBuilder();
    overlay.getWithoutList().forEach(path -> clear(merged, path));
    mergeInto(merged, overlay.toBuilder().clearWithout().build());
    // Bases that are still to be read must lose it too.
    overlay.getWithoutList().forEach(merged::addWithout);
    return merged.build();
  }

  private static void clear(Message.Builder message, String path) {
    var builder = message;
    var parts = Splitter.on('.').splitToList(path);
    for (int i = 0; i < parts.size(); i++) {
      var type = builder.getDescriptorForType();
      var field = type.findFieldByName(parts.get(i));
      boolean last = i == parts.size() - 1;
      if (field == null || (!last && !isMessage(field))) {
        throw new InvalidExperimentException(
            "without: \"" + path + "\"",
            List.of(TextProto.noField(Experiment.getDescriptor(), type.getName(), parts.get(i))));
      }
      if (last) {
        builder.clearField(field);
      } else if (builder.hasField(field)) {
        builder = builder.getFieldBuilder(field);
      } else {
        builder = builder.newBuilderForField(field);
      }
    }
  }

  private static boolean isMessage(FieldDescriptor field) {
    return !field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  private static void mergeInto(Message.Builder base, Message overlay) {
    overlay
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (isMessage(field) && base.hasField(field)) {
                mergeInto(base.getFieldBuilder(field), (Message) value);
              } else {
                base.setField(field, value);
              }
            });
  }

  /**
   * A recipe on top of those it extends, with its preset written out: complete, but not checked.
   *
   * @param read gives the recipe of a name
   * @throws InvalidExperimentException if recipes extend each other in a circle
   */
  public static Experiment complete(Experiment experiment, Function<String, Experiment> read) {
    return withPreset(withBases(experiment, read, List.of()));
  }

  private static Experiment withBases(
      Experiment experiment, Function<String, Experiment> read, List<String> below) {
    var merged = Experiment.getDefaultInstance();
    for (var name : experiment.getExtendsList()) {
      if (below.contains(name)) {
        throw new InvalidExperimentException(
            name, List.of("extends itself through " + String.join(" → ", below)));
      }
      var path = Stream.concat(below.stream(), Stream.of(name)).toList();
      merged = merge(merged, withBases(read.apply(name), read, path));
    }
    return merge(merged, experiment.toBuilder().clearExtends().build()).toBuilder()
        .clearWithout()
        .build();
  }

  private static Experiment withPreset(Experiment experiment) {
    var model = experiment.getModel();
    if (!model.hasPreset() || model.getPreset() == Preset.PRESET_UNSPECIFIED) {
      return experiment;
    }
    var base = Experiment.newBuilder().setModel(Presets.of(model.getPreset())).build();
    var own = experiment.toBuilder();
    own.getModelBuilder().clearPreset();
    return merge(base, own.build());
  }

  /**
   * Accepts a complete recipe that can be run.
   *
   * @throws InvalidExperimentException listing everything that is missing or impossible
   */
  public static Experiment checked(Experiment experiment, String where) {
    var problems = new ExperimentCheck(experiment).problems();
    if (!problems.isEmpty()) {
      throw new InvalidExperimentException(where, problems);
    }
    return experiment;
  }

  /** SHA-256 of everything that changes a result, hexadecimal. */
  public static String fingerprint(Experiment experiment) {
    var essential = experiment.toBuilder().clearAbout().build();
    return Hashing.sha256().hashBytes(essential.toByteArray()).toString();
  }
}
