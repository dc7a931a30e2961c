package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.bench.BenchResult;
import org.maejava.eval.bench.FeatureTimes;
import org.maejava.eval.bench.RingModel;
import org.maejava.eval.bench.StepTimes;
import org.maejava.eval.bench.StepTrace;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;
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
      "From random weights, data included in training; nothing is kept. Do nothing else on the machine meanwhile.",
      "",
      "Under TF_CONFIG or `mae launch` it measures training by several workers; --workers compares numbers of them."
    },
    footer = {
      "",
      "Examples:",
      "  mae bench --recipe tiny-64 --data photos/",
      "  mae bench --recipe tiny-64 --workers 1,2"
    })
final class BenchCommand implements Callable<Integer> {

  private static final int TRACED_KINDS = 15;
  private static final String EMBED = "embed";

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Recipe recipe;
  @Mixin private RunOptions.Threads threads;
  @Mixin private RunOptions.Cooperation cooperation;

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
          "Whose steps: pretrain, finetune, partial, linear-probe, attentive-probe, scratch, pixel-floor; embed: features through an exported model. Default: ${DEFAULT-VALUE}")
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

  @Option(
      names = "--workers",
      paramLabel = "N,…",
      split = ",",
      description =
          "Measure training by so many processes of this machine, one number after the other, with"
              + " --threads in all of them together, and print a table.")
  private List<Integer> workers = List.of();

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
    requireTask();
    if (embed && (batchSize < 1 || trace != null)) {
      throw new UsageException(
          batchSize < 1
              ? "--batch-size " + batchSize + " must be at least 1"
              : "--trace is for training steps, not for --task " + EMBED);
    }
    if (!workers.isEmpty()) {
      return compare(embed);
    }
    var experiment =
        Recipes.load(
            recipe.nameOrDefault(), embed ? Protocol.PRETRAIN.command() : task, recipe.overrides());
    var machine = embed ? threads.machine() : cooperation.join(threads.machine());
    if (!machine.workers().isChief()) {
      measure(experiment, machine, new StepTrace());
      return 0;
    }
    var out = spec.commandLine().getOut();
    var traced = new StepTrace();
    var result = embed ? features(experiment, machine) : steps(experiment, machine, traced);
    if (!json) {
      out.println(TensorFlowStart.describe(machine));
      out.printf("%s%n", experiment.getAbout());
      if (trace != null) {
        out.printf("%s%n", traced.table(TRACED_KINDS));
      }
    }
    out.print(json ? result.json() + System.lineSeparator() : result.text());
    out.flush();
    return 0;
  }

  private void requireTask() {
    var tasks = new ArrayList<>(List.of(EMBED));
    Arrays.stream(Protocol.values()).map(Protocol::command).forEach(tasks::add);
    if (!tasks.contains(task)) {
      throw new UsageException(
          "--task %s: there is no such task; there are %s"
              .formatted(task, String.join(", ", tasks)));
    }
  }

  private BenchResult features(Experiment experiment, Machine machine) throws IOException {
    var times = FeatureTimes.of(experiment, machine, batchSize, warmUp, steps);
    return BenchResult.ofFeatures(experiment, machine, times, batchSize);
  }

  private BenchResult steps(Experiment experiment, Machine machine, StepTrace traced)
      throws IOException {
    var times = measure(experiment, machine, traced);
    if (trace != null) {
      traced.write(trace);
    }
    return BenchResult.ofSteps(
        experiment,
        machine,
        times.timings(),
        traced
            .exchange()
            .map(
                exchange ->
                    new BenchResult.Shared(
                        RingModel.of(
                            experiment.getTraining(),
                            times.trainedParameters(),
                            machine.workers().count()),
                        exchange)));
  }

  /** Several workers measure the same, so that all trace a step or none. */
  private StepTimes.Measured measure(Experiment experiment, Machine machine, StepTrace traced)
      throws IOException {
    boolean tracing = trace != null || machine.workers().count() > 1;
    return StepTimes.of(
        experiment,
        ImageSet.open(data),
        machine,
        warmUp,
        steps,
        tracing ? Optional.of(traced::add) : Optional.empty());
  }

  private int compare(boolean embed) throws IOException {
    var problems = new ArrayList<String>();
    for (int count : workers) {
      if (count < 1 || threads.threads % count != 0) {
        problems.add("--threads %d cannot be shared out to %d".formatted(threads.threads, count));
      }
    }
    if (embed || trace != null) {
      problems.add(embed ? "--task embed has one process" : "--trace is for one number of workers");
    }
    if (!problems.isEmpty()) {
      throw new UsageException("--workers: " + String.join("; ", problems));
    }
    var print = spec.commandLine();
    var interrupt = Interrupt.of(spec);
    interrupt.keep();
    var results = new ArrayList<BenchResult>();
    for (int count : workers) {
      var found = new AtomicReference<@Nullable String>();
      var launcher =
          new Launcher(
              (worker, line) -> {
                if (line.startsWith("{")) {
                  found.set(line);
                } else {
                  print.getErr().printf("[%d] %s%n", worker, line);
                }
              },
              print.getErr(),
              interrupt);
      int status = launched(launcher, count);
      var line = found.get();
      if (status != 0 || line == null) {
        return status;
      }
      results.add(BenchResult.of(line));
      if (json) {
        print.getOut().println(line);
      }
    }
    if (!json) {
      print.getOut().print(BenchResult.table(results));
    }
    print.getOut().flush();
    return 0;
  }

  private int launched(Launcher launcher, int count) throws IOException {
    var words =
        new ArrayList<>(
            List.of(
                "bench",
                "--json",
                "--recipe=" + recipe.nameOrDefault(),
                "--task=" + task,
                "--data=" + data,
                "--steps=" + steps,
                "--warm-up=" + warmUp,
                "--threads=" + threads.threads / count));
    recipe.overrides().forEach(change -> words.add("--set=" + change));
    try {
      return launcher.run(count, words);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitStatus.STOPPED;
    }
  }
}
