package org.maejava.eval.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Resources;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.maejava.config.InvalidExperimentException;
import org.maejava.eval.proto.ComparisonPlan;

/** Comparisons as text-proto: files, and those that are bundled. */
final class Plans {

  private static final String FOLDER = "comparisons/";
  private static final String ENDING = ".textproto";

  private Plans() {}

  /**
   * A file's.
   *
   * @throws InvalidExperimentException if it cannot be read, with line and column
   */
  static ComparisonPlan read(Path file) {
    try {
      return parse(Files.readString(file, UTF_8), file.toString());
    } catch (IOException e) {
      throw new InvalidExperimentException(
          "comparison " + file, List.of("the file cannot be read: " + e));
    }
  }

  /** One that is bundled, by its path below {@code comparisons}. */
  static ComparisonPlan bundled(String name) {
    try {
      var text = Resources.toString(Resources.getResource(FOLDER + name + ENDING), UTF_8);
      return parse(text, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ComparisonPlan parse(String text, String where) {
    try {
      return TextFormat.parse(text, ComparisonPlan.class);
    } catch (TextFormat.ParseException e) {
      throw new InvalidExperimentException("comparison " + where, List.of(e.getMessage()));
    }
  }

  /** As a file. */
  static String text(ComparisonPlan plan) {
    return TextFormat.printer().printToString(plan);
  }
}
