package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * What is done with what lies where a command is to write: nothing, unless it is asked for. A file
 * under the command's own default name is made anew without a word; what {@code --out} names is
 * somebody's.
 */
final class Replacement {

  private static final String OUT = "--out";

  @Option(names = "--overwrite", description = "Replace what is there already.")
  private boolean overwrite;

  /** Whether it was asked for. */
  boolean wanted() {
    return overwrite;
  }

  /**
   * Accepts a place to write to, before anything else is done.
   *
   * @throws UsageException if something is there
   */
  void require(CommandSpec command, Path out) throws IOException {
    boolean ownName =
        !Files.isDirectory(out) && !command.commandLine().getParseResult().hasMatchedOption(OUT);
    if (!overwrite && !ownName && isTaken(out)) {
      throw new UsageException(
          "%s is there already; --overwrite replaces an earlier one, or choose another --out"
              .formatted(out));
    }
  }

  private static boolean isTaken(Path out) throws IOException {
    if (!Files.isDirectory(out)) {
      return Files.exists(out);
    }
    try (var entries = Files.list(out)) {
      return entries.findAny().isPresent();
    }
  }
}
