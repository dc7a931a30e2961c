package org.maejava.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.maejava.words.ShellWord;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * A command line as it was typed, for records and for messages that tell how to go on.
 *
 * @param arguments without {@code mae}
 */
record Typed(List<String> arguments) {

  static Typed of(ParseResult parsed) {
    return new Typed(List.copyOf(parsed.originalArgs()));
  }

  static Typed of(CommandSpec spec) {
    return of(spec.root().commandLine().getParseResult());
  }

  /** Without a flag. */
  Typed without(String flag) {
    return new Typed(arguments.stream().filter(argument -> !argument.equals(flag)).toList());
  }

  /** With a flag, once. */
  Typed with(String flag) {
    var more = new ArrayList<>(without(flag).arguments());
    more.add(flag);
    return new Typed(more);
  }

  /** For a shell. */
  @Override
  public String toString() {
    return arguments.stream().map(ShellWord::of).collect(Collectors.joining(" ", "mae ", ""));
  }
}
