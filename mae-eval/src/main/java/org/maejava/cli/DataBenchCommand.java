package org.maejava.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.bench.InputTimes;
import org.maejava.eval.bench.StepTimes;
import org.maejava.eval.bench.Timings;
import org.maejava.eval.recipe.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae data bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measure how fast training images are made.",
      "",
      "Read, decoded, resampled and augmented, on growing numbers of threads; and which share of a"
          + " training step is spent waiting for them."
    },
    footer = {"", "Example:  mae data bench photos/ --recipe b16"})
final class DataBenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Recipe recipe;
  @Mixin private RunOptions.Threads threads;

  @Parameters(paramLabel = "SPEC", description = "The data; `mae data --help` tells the syntax.")
  private String data;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "For each measurement, after as many to warm up. Default: ${DEFAULT-VALUE}")
  private double seconds;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "5",
      description = "Training steps to measure; 0: none. Default: ${DEFAULT-VALUE}")
  private int steps;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    if (!(seconds > 0) || steps < 0) {
      throw new UsageException(
          "--seconds " + seconds + " must be above 0 and --steps " + steps + " at least 0");
    }
    var experiment = Recipes.load(recipe.nameOrDefault(), "pretrain", recipe.overrides());
    var machine = threads.machine();
    var source = ImageSet.open(data);
    var rates = InputTimes.of(experiment, source.training(), counts(machine.threads()), seconds);
    var times =
        steps > 0
            ? Optional.of(StepTimes.of(experiment, source, machine, 3, steps))
            : Optional.<Timings>empty();
    var out = spec.commandLine().getOut();
    out.printf("%-10s %8s %12s %16s%n", "up to", "threads", "images/s", "per CPU-second");
    for (var rate : rates) {
      out.printf(
          Locale.ROOT,
          "%-10s %8d %12.0f %16.0f%n",
          rate.stage(),
          rate.threads(),
          rate.perSecond(),
          rate.perCpuSecond());
    }
    if (times.isPresent()) {
      out.printf(
          Locale.ROOT,
          "training steps: median %.0f ms, %.2f %% of the time waiting for data%n",
          1e3 * times.get().percentile(50),
          100 * times.get().shareWaited());
    }
    out.flush();
    return 0;
  }

  /** 1, 2, 4, … and all. */
  private static List<Integer> counts(int threads) {
    return IntStream.concat(
            IntStream.iterate(1, count -> count < threads, count -> 2 * count),
            IntStream.of(threads))
        .boxed()
        .toList();
  }
}
