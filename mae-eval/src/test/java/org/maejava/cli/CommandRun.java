package org.maejava.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One command run in this JVM, and what it said.
 *
 * @param status exit status
 * @param out standard output, progress aside
 * @param err standard error
 */
record CommandRun(int status, String out, String err) {

  static CommandRun of(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status = Main.execute(new PrintWriter(out), new PrintWriter(err), args);
    return new CommandRun(status, out.toString(), err.toString());
  }
}
