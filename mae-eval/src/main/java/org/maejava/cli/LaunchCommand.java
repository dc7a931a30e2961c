package org.maejava.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Several processes of one training on this machine. */
@Command(
    name = "launch",
    description = {
      "Train one model in several processes on this machine: the batch is shared out to them.",
      "",
      "Each is started with TF_CONFIG, as clusters start them on several machines, and with its share"
          + " of the cores as --threads; if one fails, all end."
    },
    footer = {
      "",
      "Example:",
      "  mae launch --workers 2 -- pretrain --data photos/ --recipe tiny-64"
    })
final class LaunchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--workers",
      paramLabel = "N",
      required = true,
      description = "How many processes; the recipe's batch size must be a multiple.")
  private int workers;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "1..*",
      description = "A training command with its options, after --.")
  private List<String> command = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (workers < 1) {
      throw new UsageException("--workers " + workers + " must be at least 1");
    }
    var out = spec.commandLine().getOut();
    var interrupt = Interrupt.of(spec);
    interrupt.keep();
    return new Launcher(
            (worker, line) -> out.printf("[%d] %s%n", worker, line),
            spec.commandLine().getErr(),
            interrupt)
        .run(workers, command);
  }
}
