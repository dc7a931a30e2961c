package org.maejava.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** What is no mistake and may yet not be what was meant: a line on standard error. */
final class Notes {

  private Notes() {}

  /** Prints one, if there is one. */
  static void print(CommandSpec spec, Optional<String> sentence) {
    print(spec, sentence.stream().toList());
  }

  /** Prints each. */
  static void print(CommandSpec spec, List<String> sentences) {
    var err = spec.commandLine().getErr();
    sentences.forEach(sentence -> err.println("mae: note: " + sentence));
    err.flush();
  }
}
