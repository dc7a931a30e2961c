package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.report.FolderReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Write the report of a run, or of several runs and comparisons in one page.",
      "",
      "report.html opens from disk and needs no network; report.json has the same for programs,"
          + " report.md as text. Every run and comparison writes its own when it ends; one that still"
          + " trains is shown as far as its newest checkpoint."
    },
    footer = {"", "Example:  mae report runs/finetune runs/from-scratch --out runs/report"})
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Threads threads;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders of runs or comparisons.")
  private List<Path> folders;

  @Option(
      names = "--data",
      paramLabel = "SPEC",
      description = "Where the images of a run lie now. Default: where they lay when it began.")
  private @Nullable String data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes. Default: into the run's folder; of several runs/report")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    var to = out != null ? out : folders.size() == 1 ? folders.get(0) : Path.of("runs", "report");
    var machine = UsageException.onWrongInput(threads::machine);
    var written =
        UsageException.onWrongInput(
            () -> FolderReport.write(folders, to, Optional.ofNullable(data), machine));
    Notes.print(spec, written.notes());
    var print = spec.commandLine().getOut();
    print.println(written.conclusion());
    print.printf("report: %s%n", written.page());
    print.flush();
    return 0;
  }
}
