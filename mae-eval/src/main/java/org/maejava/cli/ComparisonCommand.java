package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.maejava.config.InvalidExperimentException;
import org.maejava.eval.compare.Running;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.run.StoppedException;
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
      description =
          "Start over: delete what lies in --out, and replace models that are there. Without, it goes on.")
  private boolean overwrite;

  /**
   * One of the comparisons that a command runs.
   *
   * @param heading what is said before it, in lines
   * @param plan what is compared
   * @param name of the report and of exported models
   * @param folder where everything goes
   */
  record Part(List<String> heading, ComparisonPlan plan, String name, Path folder) {

    /** The only one. */
    Part(ComparisonPlan plan, String name, Path folder) {
      this(List.of(), plan, name, folder);
    }
  }

  /** What is run, one after the other. */
  abstract List<Part> parts();

  /** What is wrong if it cannot be run. */
  String subject() {
    return "the comparison";
  }

  /** Where exported models go; empty: none are. */
  abstract Optional<Path> models();

  /** Where what is pre-trained lies, for all of them; empty: in the folder of each. */
  Optional<Path> shared() {
    return Optional.empty();
  }

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
    var machine = UsageException.onWrongInput(threads::machine);
    var typed = Typed.of(spec).without("--overwrite");
    var interrupt = Interrupt.of(spec);
    var progress = new ComparisonProgress();
    var running = new Running(machine, Clock.systemUTC(), typed.toString(), progress, interrupt);
    var teller =
        new Study.Teller() {
          @Override
          public void say(String line) {
            progress.finish();
            ComparisonCommand.this.say(line);
          }

          @Override
          public void note(String sentence) {
            progress.finish();
            Notes.print(spec, List.of(sentence));
          }
        };
    var parts = UsageException.onWrongInput(this::parts);
    var waiting = new ArrayDeque<Study>();
    try (progress) {
      for (var part : parts) {
        waiting.add(UsageException.onWrongInput(() -> study(part, running, teller)));
      }
      if (statusOnly()) {
        for (var study : waiting) {
          UsageException.onWrongInput(study::status).forEach(this::say);
        }
        return 0;
      }
      var total = new ComparisonTotal();
      for (var study : waiting) {
        UsageException.onWrongInput(() -> required(study));
        total.add(study.extent());
      }
      say(TensorFlowStart.describe(machine.device(), machine.threads()));
      if (parts.size() > 1) {
        say(total.begun());
      }
      for (int i = 0; i < parts.size(); i++) {
        head(parts.get(i), i, parts.size());
        try (var study = waiting.remove()) {
          if (dryRun()) {
            var estimates = UsageException.onWrongInput(study::estimates);
            EstimatesText.lines(estimates).forEach(this::say);
            total.add(study.extent(), estimates);
          } else {
            interrupt.keep();
            UsageException.onWrongInput(study::run);
            if (waiting.isEmpty()) {
              interrupt.finish();
            }
          }
        }
      }
      if (parts.size() > 1) {
        say("");
        say(dryRun() ? total.estimated() : total.finished());
      }
      if (!dryRun()) {
        var took = Duration.ofNanos(System.nanoTime() - start);
        say("took: %d min %d s".formatted(took.toMinutes(), took.toSecondsPart()));
      }
      return 0;
    } catch (StoppedException e) {
      say("%s; go on with: %s".formatted(e.getMessage(), typed));
      return ExitStatus.STOPPED;
    } finally {
      for (var study : waiting) {
        study.close();
      }
    }
  }

  private Study study(Part part, Running running, Study.Teller teller) throws IOException {
    var request =
        new Study.Request(part.plan(), part.name(), part.folder(), shared(), models(), overwrite);
    try {
      return new Study(request, running, teller);
    } catch (InvalidExperimentException e) {
      throw new InvalidExperimentException(subject(), e.problems());
    }
  }

  private static Study required(Study study) throws IOException {
    study.requirePlace();
    return study;
  }

  private void head(Part part, int index, int of) {
    if (!part.heading().isEmpty()) {
      say("");
      var which = of > 1 ? "%d of %d: ".formatted(index + 1, of) : "";
      say(which + part.heading().get(0));
      part.heading().stream().skip(1).forEach(this::say);
    }
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}
