package org.maejava.eval.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Resources;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.maejava.config.InvalidExperimentException;
import org.maejava.config.TextProto;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.proto.LabelBudget;
import org.maejava.eval.proto.ProtocolPlan;
import org.maejava.eval.recipe.Recipes;
import org.maejava.storage.IoReason;
import org.maejava.storage.TextFile;

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
      return parse(TextFile.read(file), file.toString());
    } catch (IOException e) {
      throw new InvalidExperimentException(
          "comparison " + file, List.of("the file cannot be read: " + IoReason.of(e)));
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
      throw new InvalidExperimentException(
          "comparison " + where, TextProto.problems(e, ComparisonPlan.getDescriptor()));
    }
  }

  /** Whether any of its changes says how many epochs, but not how many of them are warm-up. */
  static boolean setsEpochsAlone(ComparisonPlan plan) {
    return Stream.of(
            Stream.of(plan.getChange()),
            plan.getProtocolsList().stream().map(ProtocolPlan::getChange),
            plan.getLabelsList().stream().map(LabelBudget::getChange),
            plan.getWeightsList().stream().map(weights -> weights.getPretraining().getChange()))
        .flatMap(changes -> changes)
        .anyMatch(Recipes::setsEpochsAlone);
  }

  /** As a file. */
  static String text(ComparisonPlan plan) {
    return TextFormat.printer().printToString(plan);
  }
}
