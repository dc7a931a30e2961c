package org.maejava.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.maejava.eval.compare.Running;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.run.StoppedException;
import org.maejava.eval.study.Estimates;
import org.maejava.eval.study.Study;
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
      description = "Start over: delete what lies in --out. Without, it goes on.")
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

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    var plan = UsageException.onWrongInput(this::plan);
    var print = spec.commandLine().getOut();
    Consumer<String> say =
        line -> {
          print.println(line);
          print.flush();
        };
    var machine = UsageException.onWrongInput(threads::machine);
    say.accept(TensorFlowStart.describe(machine.device(), machine.threads()));
    var typed = Typed.of(spec).without("--overwrite");
    var interrupt = Interrupt.of(spec);
    var running = new Running(machine, Clock.systemUTC(), typed.toString(), interrupt);
    var request = new Study.Request(plan, name(), out(), models(), overwrite);
    var bars = new ArrayList<ConsoleProgress>();
    var watching =
        new Study.Watching(
            say,
            weights -> {
              bars.add(
                  new ConsoleProgress("pre-training" + (weights.isEmpty() ? "" : " " + weights)));
              return bars.get(bars.size() - 1);
            });
    try (var study = UsageException.onWrongInput(() -> new Study(request, running, watching))) {
      if (dryRun()) {
        list(UsageException.onWrongInput(study::estimates), print);
        return 0;
      }
      interrupt.keep();
      UsageException.onWrongInput(study::run);
    } catch (StoppedException e) {
      bars.forEach(ConsoleProgress::finish);
      say.accept("%s; go on with: %s".formatted(e.getMessage(), typed));
      return ExitStatus.STOPPED;
    } finally {
      bars.forEach(ConsoleProgress::finish);
    }
    var took = Duration.ofNanos(System.nanoTime() - start);
    say.accept("took      %d min %d s".formatted(took.toMinutes(), took.toSecondsPart()));
    return 0;
  }

  private static void list(Estimates estimates, PrintWriter print) {
    estimates
        .pretraining()
        .forEach(
            (name, seconds) ->
                print.printf("pre-training %-46s %s%n", name, time(Optional.of(seconds))));
    estimates
        .cells()
        .forEach(
            (key, seconds) ->
                print.printf(
                    Locale.ROOT,
                    "%-36s %-20s seed %-3d %s%n",
                    key.candidate().name(),
                    key.budget().name(),
                    key.seed(),
                    time(
                        seconds.isPresent()
                            ? Optional.of(seconds.getAsDouble())
                            : Optional.empty())));
    print.printf(
        Locale.ROOT,
        "%,d cells, about %s in all; measured by a few steps of each network, without making graphs%n",
        estimates.cells().size(),
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
