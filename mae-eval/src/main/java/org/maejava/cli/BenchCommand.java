package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.bench.BenchResult;
import org.maejava.eval.bench.FeatureTimes;
import org.maejava.eval.bench.StepTimes;
import org.maejava.eval.bench.StepTrace;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;
import org.tensorflow.proto.StepStats;
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
      "Measure a recipe's training steps, or its features.",
      "",
      "From random weights, data included in training; nothing is kept. Do nothing else on the machine meanwhile."
    },
    footer = {"", "Example:  mae bench --recipe tiny-64 --data photos/"})
final class BenchCommand implements Callable<Integer> {

  private static final int TRACED_KINDS = 15;
  private static final String EMBED = "embed";

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
      description =
          "pretrain, finetune, partial, linear-probe; embed: features through an exported model. Default: ${DEFAULT-VALUE}")
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

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "32",
      description =
          "Images in a call of --task embed; of training, the recipe says. Default: ${DEFAULT-VALUE}")
  private int batchSize;

  @Option(names = "--json", description = "Print one JSON object instead.")
  private boolean json;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "Time every operation of one more step: a Chrome trace (chrome://tracing, Perfetto) and a table of the costliest.")
  private @Nullable Path trace;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    if (steps < 1 || warmUp < 1) {
      throw new UsageException(
          "--steps " + steps + " and --warm-up " + warmUp + " must be at least 1");
    }
    boolean embed = task.equals(EMBED);
    if (embed && (batchSize < 1 || trace != null)) {
      throw new UsageException(
          batchSize < 1
              ? "--batch-size " + batchSize + " must be at least 1"
              : "--trace is for training steps, not for --task " + EMBED);
    }
    var experiment =
        Recipes.load(
            recipe.nameOrDefault(), embed ? Protocol.PRETRAIN.command() : task, recipe.overrides());
    var machine = threads.machine();
    var out = spec.commandLine().getOut();
    if (!json) {
      out.println(TensorFlowStart.describe(machine.device(), machine.threads()));
      out.printf("%s%n", experiment.getAbout());
    }
    var result = embed ? features(experiment, machine) : steps(experiment, machine);
    out.print(json ? result.json() + System.lineSeparator() : result.text());
    out.flush();
    return 0;
  }

  private BenchResult features(Experiment experiment, Machine machine) throws IOException {
    var times = FeatureTimes.of(experiment, machine, batchSize, warmUp, steps);
    return BenchResult.ofFeatures(experiment, machine, times, batchSize);
  }

  private BenchResult steps(Experiment experiment, Machine machine) throws IOException {
    var traced = new StepTrace();
    Optional<Consumer<StepStats>> tracer = Optional.ofNullable(trace).map(file -> traced::add);
    var times = StepTimes.of(experiment, ImageSet.open(data), machine, warmUp, steps, tracer);
    if (trace != null) {
      traced.write(trace);
      if (!json) {
        spec.commandLine().getOut().printf("%s%n", traced.table(TRACED_KINDS));
      }
    }
    return BenchResult.ofSteps(experiment, machine, times);
  }
}
