package org.maejava.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.bench.BenchResult;
import org.maejava.eval.bench.StepTimes;
import org.maejava.eval.recipe.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mae bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measure a recipe's training steps.",
      "",
      "Data included, from random weights; nothing is written. Do nothing else on the machine meanwhile."
    },
    footer = {"", "Example:  mae bench --recipe tiny-64 --data photos/"})
final class BenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Recipe recipe;
  @Mixin private RunOptions.Threads threads;

  @Option(
      names = "--data",
      paramLabel = "SPEC",
      defaultValue = "fashion-mnist",
      description = "The data; `mae data --help` tells the syntax. Default: ${DEFAULT-VALUE}")
  private String data;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "pretrain",
      description = "pretrain, finetune, partial, linear-probe. Default: ${DEFAULT-VALUE}")
  private String task;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "20",
      description = "Steps to measure. Default: ${DEFAULT-VALUE}")
  private int steps;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "5",
      description = "Steps before that. Default: ${DEFAULT-VALUE}")
  private int warmUp;

  @Option(names = "--json", description = "Print one JSON object instead.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    if (steps < 1 || warmUp < 1) {
      throw new UsageException(
          "--steps " + steps + " and --warm-up " + warmUp + " must be at least 1");
    }
    var experiment = Recipes.load(recipe.nameOrDefault(), task, recipe.overrides());
    var machine = threads.machine();
    var out = spec.commandLine().getOut();
    if (!json) {
      out.println(TensorFlowStart.describe(machine.device(), machine.threads()));
      out.printf("%s%n", experiment.getAbout());
    }
    var times = StepTimes.of(experiment, ImageSet.open(data), machine, warmUp, steps);
    var result = BenchResult.of(experiment, machine, times, steps);
    out.print(json ? result.json() + System.lineSeparator() : result.text());
    out.flush();
    return 0;
  }
}
