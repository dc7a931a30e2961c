package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.maejava.storage.WholeFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What a command leaves that measures something: lines, and a record. It has no options. */
@Command
final class RecordOutput {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** A line, at once. */
  void print(String format, Object... values) {
    command.commandLine().getOut().println(String.format(Locale.ROOT, format, values));
    command.commandLine().getOut().flush();
  }

  /** The record as JSON, whole or not at all: the last thing that the command does. */
  void write(Message record, Path file) throws IOException {
    var json = JsonFormat.printer().preservingProtoFieldNames().print(record) + "\n";
    WholeFile.write(file, json.getBytes(UTF_8));
    Interrupt.of(command).finish();
  }
}
