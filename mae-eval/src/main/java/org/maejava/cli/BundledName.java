package org.maejava.cli;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.maejava.data.spec.ImageSet;
import picocli.CommandLine.ParseResult;

/** The name of the bundled images where a folder of that name lies too. */
final class BundledName {

  private BundledName() {}

  /** Says once which of the two is taken, if a command was given the name. */
  static void explain(ParseResult parsed, PrintWriter err) {
    var command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    command.matchedArgs().stream()
        .flatMap(argument -> values(argument.getValue()))
        .map(ImageSet::otherMeaning)
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(
            meaning -> {
              err.println("mae: note: " + meaning);
              err.flush();
            });
  }

  private static Stream<String> values(Object value) {
    var all = value instanceof Collection<?> several ? several : List.of(value);
    return all.stream().filter(String.class::isInstance).map(String.class::cast);
  }
}
