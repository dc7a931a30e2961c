package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.run.Exports;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.Weights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Write a run's model as a TensorFlow SavedModel, with a card and its weights.",
    footer = {"", "Example:  mae export runs/photos --out saved-models/models/photos"})
final class ExportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Threads threads;

  @Parameters(paramLabel = "RUN", description = "The folder of a training run.")
  private Path run;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The model's folder. Default: saved-models/models/ and the run's name.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    var record = new RunFolder(run).record();
    var destination =
        out == null
            ? Path.of("saved-models", "models")
                .resolve(run.toAbsolutePath().normalize().getFileName())
            : out;
    try (var weights = Weights.open(run)) {
      var written = Exports.write(record, weights.file(), threads.machine(), destination);
      if (record.getSteps() < record.getTotalSteps()) {
        spec.commandLine()
            .getErr()
            .printf(
                "mae: %s is not finished: it stood at step %d of %d when its record was written%n",
                run, record.getSteps(), record.getTotalSteps());
      }
      spec.commandLine().getOut().printf("exported to %s%n", written);
      spec.commandLine().getOut().flush();
      return 0;
    }
  }
}
