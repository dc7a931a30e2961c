package org.maejava.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.maejava.proto.UnreadableImage;
import org.maejava.savedmodel.SavedModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** An exported model that a command uses, and what is said of images it could not have. */
final class ModelOptions {

  private static final int NAMED = 5;

  @Mixin private RunOptions.Threads threads;

  @Parameters(index = "0", paramLabel = "MODEL", description = "The folder of an exported model.")
  Path folder;

  SavedModel open() throws IOException {
    return SavedModel.open(folder, threads.machine().session());
  }

  int workers() {
    return threads.machine().threads();
  }

  /** Says how far a stopped pass came, and how to go on. */
  static int stopped(int done, int total, CommandSpec spec) {
    var err = spec.commandLine().getErr();
    err.printf(
        Locale.ROOT,
        "mae: stopped after %,d of %,d images; go on with: %s%n",
        done,
        total,
        Typed.of(spec));
    err.flush();
    return ExitStatus.STOPPED;
  }

  /** Names the first of those that were skipped, and counts them. */
  static void report(List<UnreadableImage> skipped, PrintWriter err) {
    skipped.stream()
        .limit(NAMED)
        .forEach(bad -> err.printf("mae: skipped %s: %s%n", bad.getName(), bad.getReason()));
    if (skipped.size() > NAMED) {
      err.printf(Locale.ROOT, "mae: and %,d more that could not be read%n", skipped.size() - NAMED);
    }
    err.flush();
  }
}
