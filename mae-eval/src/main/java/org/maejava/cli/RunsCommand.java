package org.maejava.cli;

import com.google.common.base.Strings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.maejava.eval.report.RunList;
import org.maejava.eval.report.RunList.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae runs}. */
@Command(
    name = "runs",
    mixinStandardHelpOptions = true,
    description = "List the runs and comparisons below a folder, with state and result.",
    footer = {"", "Example:  mae runs runs/"})
final class RunsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Where to look. Default: ${DEFAULT-VALUE}")
  private Path folder;

  @Option(names = "--cells", description = "List the finished cells of comparisons too.")
  private boolean cells;

  @Override
  public Integer call() throws IOException {
    var rows = UsageException.onWrongInput(() -> RunList.below(folder, cells));
    var print = spec.commandLine().getOut();
    int folders = width(rows, Row::folder);
    int states = width(rows, Row::state);
    int kinds = width(rows, Row::what);
    for (var row : rows) {
      print.println(
          "%s  %s  %s  %s"
              .formatted(
                  Strings.padEnd(row.folder(), folders, ' '),
                  Strings.padEnd(row.state(), states, ' '),
                  Strings.padEnd(row.what(), kinds, ' '),
                  row.result())
              .stripTrailing());
    }
    if (rows.isEmpty()) {
      print.println("there is no run below " + folder);
    }
    print.flush();
    return 0;
  }

  private static int width(List<Row> rows, Function<Row, String> column) {
    return rows.stream().map(column).mapToInt(String::length).max().orElse(0);
  }
}
