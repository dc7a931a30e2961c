package org.maejava.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Collectors;

/**
 * One command run in this JVM, and what it said.
 *
 * @param status exit status
 * @param out standard output, progress aside
 * @param err standard error
 */
record CommandRun(int status, String out, String err) {

  /** Standard error, but for the note that a test's pre-training is far too short. */
  String complaints() {
    return err.lines()
        .filter(line -> !line.contains("image passes are too few"))
        .collect(Collectors.joining("\n"));
  }

  static CommandRun of(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status = Main.execute(new PrintWriter(out), new PrintWriter(err), args);
    return new CommandRun(status, out.toString(), err.toString());
  }
}
