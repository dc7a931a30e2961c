package org.maejava.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** What is no mistake and may yet not be what was meant: a line on standard error. */
final class Notes {

  private Notes() {}

  /** Prints one, if there is one. */
  static void print(CommandSpec spec, Optional<String> sentence) {
    var err = spec.commandLine().getErr();
    sentence.ifPresent(said -> err.println("mae: note: " + said));
    err.flush();
  }
}
