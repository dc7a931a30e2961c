package org.maejava.cli;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.proto.Experiment;
import picocli.CommandLine;

/** An option that a command does not have: where what it asks for is said instead. */
final class UnknownOption {

  /** What other tools call fields of a recipe. */
  private static final Map<String, String> ELSEWHERE =
      Map.of("lr", "base_rate", "learning_rate", "base_rate", "wd", "weight_decay");

  private UnknownOption() {}

  /**
   * A sentence: the field of the recipe, or of the comparison's file, or the commands that have the
   * option; empty if there is none.
   */
  static Optional<String> instead(CommandLine command, String option) {
    var word = option.replaceFirst("^-+", "").replace('-', '_');
    return Stream.of(
            inRecipe(command, ELSEWHERE.getOrDefault(word, word)),
            inComparison(command, word),
            inOthers(command, option))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> inRecipe(CommandLine command, String word) {
    if (!command.getCommandSpec().optionsMap().containsKey("--set")) {
      return Optional.empty();
    }
    return Experiment.getDescriptor().getFields().stream()
        .filter(part -> part.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
        .filter(part -> part.getMessageType().findFieldByName(word) != null)
        .map(part -> "the recipe says so: --set '%s { %s: … }'".formatted(part.getName(), word))
        .findFirst();
  }

  private static Optional<String> inComparison(CommandLine command, String word) {
    if (!(command.getCommand() instanceof CompareCommand)) {
      return Optional.empty();
    }
    return Stream.of(word, word + "s")
        .filter(field -> ComparisonPlan.getDescriptor().findFieldByName(field) != null)
        .map("the comparison's file says so: its field %s"::formatted)
        .findFirst();
  }

  private static Optional<String> inOthers(CommandLine command, String option) {
    var others =
        command.getCommandSpec().root().subcommands().values().stream()
            .filter(other -> other.getCommandSpec().optionsMap().containsKey(option))
            .map(other -> "`%s`".formatted(other.getCommandSpec().qualifiedName()))
            .collect(Collectors.joining(", "));
    return others.isEmpty() ? Optional.empty() : Optional.of("it is an option of " + others);
  }
}
