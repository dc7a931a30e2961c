package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.demo.Demo;
import org.maejava.eval.run.StoppedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mae demo}: the whole path in minutes, on the bundled images. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "The whole path in minutes, on bundled images.",
      "",
      "Pre-train without labels, compare what few labels are worth with and without it, export the"
          + " models, write a report with pictures. A demo that was stopped goes on with the same command."
    })
final class DemoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Threads threads;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes. Default: ${DEFAULT-VALUE}",
      defaultValue = "runs/demo")
  private Path out;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Where the exported models go. Default: ${DEFAULT-VALUE}",
      defaultValue = "saved-models/models")
  private Path models;

  @Option(
      names = "--set",
      paramLabel = "TEXTPROTO",
      description = "Changes pre-training: 'model { mask_ratio: 0.6 }'.")
  private List<String> set = List.of();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Epochs of pre-training; warm-up and the comparison's epochs in proportion. Default: the"
              + " recipe's.")
  private @Nullable Integer epochs;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Draws of labels for each entry of the comparison. Default: ${DEFAULT-VALUE}",
      defaultValue = "1")
  private int seeds;

  @Option(
      names = "--overwrite",
      description = "Start over: delete the demo that lies in --out. Without, it goes on.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    var print = spec.commandLine().getOut();
    Consumer<String> say =
        line -> {
          print.println(line);
          print.flush();
        };
    var machine = UsageException.onWrongInput(threads::machine);
    say.accept(TensorFlowStart.describe(machine.device(), machine.threads()));
    var typed = Typed.of(spec).without("--overwrite");
    var request =
        new Demo.Request(
            out, models, set, Optional.ofNullable(epochs), typed.toString(), seeds, overwrite);
    var interrupt = Interrupt.of(spec);
    try (var progress = new ConsoleProgress("pre-training")) {
      try {
        interrupt.keep();
        UsageException.onWrongInput(
            () -> new Demo(request, machine, Clock.systemUTC(), progress, say, interrupt).run());
      } catch (StoppedException e) {
        progress.finish();
        say.accept("%s; go on with: %s".formatted(e.getMessage(), typed));
        return ExitStatus.STOPPED;
      }
    }
    var took = Duration.ofNanos(System.nanoTime() - start);
    say.accept("took      %d min %d s".formatted(took.toMinutes(), took.toSecondsPart()));
    return 0;
  }
}
