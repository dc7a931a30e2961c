package org.maejava.cli;

import com.google.common.base.Strings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.maejava.eval.compare.Running;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.run.StoppedException;
import org.maejava.eval.study.Estimates;
import org.maejava.eval.study.Study;
import org.maejava.words.Counted;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What commands that run a whole comparison have in common. */
abstract class ComparisonCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin private RunOptions.Threads threads;

  @Option(
      names = "--overwrite",
      description =
          "Start over: delete what lies in --out, and replace models that are there. Without, it goes on.")
  private boolean overwrite;

  /** What is compared. */
  abstract ComparisonPlan plan();

  /** Of the report and of exported models. */
  abstract String name();

  /** Where everything goes. */
  abstract Path out();

  /** Where exported models go; empty: none are. */
  abstract Optional<Path> models();

  /** Whether cells and estimates are all that is asked for. */
  boolean dryRun() {
    return false;
  }

  /** Whether what is finished is all that is asked for. */
  boolean statusOnly() {
    return false;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    var machine = machine();
    if (!statusOnly()) {
      say(TensorFlowStart.describe(machine.device(), machine.threads()));
    }
    int status =
        run(UsageException.onWrongInput(this::plan), name(), out(), machine, Optional.empty());
    if (status == 0 && !dryRun() && !statusOnly()) {
      var took = Duration.ofNanos(System.nanoTime() - start);
      say("took      %d min %d s".formatted(took.toMinutes(), took.toSecondsPart()));
    }
    return status;
  }

  /**
   * Runs one comparison, or lists it.
   *
   * @param shared where what is pre-trained lies, for other comparisons too; empty: in its folder
   * @return the exit status
   */
  final int run(
      ComparisonPlan plan, String name, Path folder, Machine machine, Optional<Path> shared)
      throws IOException {
    var typed = Typed.of(spec).without("--overwrite");
    var interrupt = Interrupt.of(spec);
    var progress = new ComparisonProgress();
    var running = new Running(machine, Clock.systemUTC(), typed.toString(), progress, interrupt);
    var request = new Study.Request(plan, name, folder, shared, models(), overwrite);
    Consumer<String> say =
        line -> {
          progress.finish();
          say(line);
        };
    try (progress;
        var study = UsageException.onWrongInput(() -> new Study(request, running, say))) {
      if (statusOnly()) {
        UsageException.onWrongInput(study::status).forEach(this::say);
        return 0;
      }
      if (dryRun()) {
        list(UsageException.onWrongInput(study::estimates), spec.commandLine().getOut());
        return 0;
      }
      interrupt.keep();
      UsageException.onWrongInput(study::run);
      return 0;
    } catch (StoppedException e) {
      say("%s; go on with: %s".formatted(e.getMessage(), typed));
      return ExitStatus.STOPPED;
    }
  }

  final void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  final Machine machine() throws IOException {
    return UsageException.onWrongInput(threads::machine);
  }

  private static void list(Estimates estimates, PrintWriter print) {
    var keys = estimates.cells().keySet();
    int rows = keys.stream().mapToInt(key -> key.candidate().name().length()).max().orElse(1);
    int columns = keys.stream().mapToInt(key -> key.budget().name().length()).max().orElse(1);
    estimates
        .pretraining()
        .forEach(
            (name, seconds) ->
                print.printf(
                    "%s  %s%n",
                    Strings.padEnd("pre-training " + name, rows + columns + 10, ' '),
                    time(Optional.of(seconds))));
    estimates
        .cells()
        .forEach(
            (key, seconds) ->
                print.printf(
                    Locale.ROOT,
                    "%s  %s  seed %-3d %s%n",
                    Strings.padEnd(key.candidate().name(), rows, ' '),
                    Strings.padEnd(key.budget().name(), columns, ' '),
                    key.seed(),
                    time(
                        seconds.isPresent()
                            ? Optional.of(seconds.getAsDouble())
                            : Optional.empty())));
    print.printf(
        Locale.ROOT,
        "%s, about %s in all, by a few steps of each network; the report after each is not in it%n",
        Counted.of(estimates.cells().size(), "cell"),
        time(Optional.of(estimates.total())).strip());
    print.flush();
  }

  private static String time(Optional<Double> seconds) {
    if (seconds.isEmpty()) {
      return "?";
    }
    long whole = Math.round(seconds.get());
    return whole < 60
        ? "%d s".formatted(whole)
        : whole < 3600
            ? "%d min %d s".formatted(whole / 60, whole % 60)
            : "%d h %d min".formatted(whole / 3600, whole / 60 % 60);
  }
}
