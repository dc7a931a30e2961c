package org.maejava.cli;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maejava.config.TrainingLength;
import org.maejava.data.source.DataException;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.report.RunReport;
import org.maejava.eval.run.FolderRun;
import org.maejava.eval.run.RecipeChoice;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.RunRequest;
import org.maejava.eval.run.RunRequest.Start;
import org.maejava.eval.run.StoppedException;
import org.maejava.eval.task.Protocol;
import org.maejava.eval.watch.FeatureProbe;
import org.maejava.eval.watch.TensorBoard;
import org.maejava.optim.Schedule;
import org.maejava.proto.Experiment;
import org.maejava.record.RecordFile;
import org.maejava.train.NonFiniteLossException;
import org.maejava.train.Trainer;
import org.maejava.train.TrainingObserver;
import org.maejava.words.Counted;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What pre-training and the classification protocols have in common: one resumable run. */
abstract class TrainingCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin RunOptions.Recipe recipe;
  @Mixin RunOptions.Threads threads;
  @Mixin RunOptions.Checkpoints checkpoints;
  @Mixin RunOptions.Cooperation cooperation;

  @Option(
      names = "--data",
      paramLabel = "SPEC",
      description =
          "Images: fashion-mnist (bundled), a folder, shards, a list; `mae data --help` tells the"
              + " syntax. Default: fashion-mnist")
  private @Nullable String data;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Epochs to train, with the recipe's warm-up in proportion. Default: the recipe's.")
  private @Nullable Integer epochs;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "The run's folder: record, log, checkpoints, report. Default: runs/ and the command's name.")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      description =
          "Go on from the newest whole checkpoint in --out, with the recipe and data it was started"
              + " with.")
  private boolean resume;

  @Option(
      names = "--changed-data",
      description =
          "With --resume: go on although the images have changed since, as when broken ones were repaired;"
              + " the record says at which step.")
  private boolean changedData;

  @Option(names = "--overwrite", description = "Start over: delete the run that lies in --out.")
  private boolean overwrite;

  @Option(
      names = "--rewind",
      paramLabel = "STEP",
      description =
          "Go on from the checkpoint of this step instead, at a scaled rate, and delete later ones. For"
              + " a run that diverged; implies --resume.")
  private @Nullable Integer rewind;

  @Option(
      names = "--rate-scale",
      paramLabel = "X",
      description = "What --rewind multiplies the rate by, from there to the end. Default: 0.5")
  private @Nullable Double rateScale;

  @Option(
      names = "--tensorboard",
      description =
          "Write event files for TensorBoard into tensorboard/ in --out: scalars at every step, and"
              + " pictures of a pre-training.")
  private boolean tensorboard;

  /** What is done. */
  abstract Protocol protocol();

  /** Recipe changes from the command's own options. */
  List<String> ownChanges() {
    return List.of();
  }

  /** Weights to start from, of a run that begins. */
  Optional<Path> weights() {
    return Optional.empty();
  }

  /** Epochs between two looks at the features. */
  Optional<Integer> probeEvery() {
    return Optional.empty();
  }

  /** Whether event files are asked for. */
  final boolean tensorboard() {
    return tensorboard;
  }

  /** Whether their head is kept too. */
  boolean keepsHead() {
    return false;
  }

  @Override
  public Integer call() throws IOException {
    var request = request();
    var print = spec.commandLine().getOut();
    var machine = cooperation.join(UsageException.onWrongInput(threads::machine));
    var interrupt = Interrupt.of(spec);
    if (!machine.workers().isChief()) {
      return trainAlong(request, machine, interrupt);
    }
    var events =
        tensorboard
            ? Optional.of(new TensorBoard(Clock.systemUTC(), machine))
            : Optional.<TensorBoard>empty();
    var observers = new ArrayList<TrainingObserver>();
    try (var progress = new ConsoleProgress(protocol().command());
        var writing = new Closing(events)) {
      observers.add(progress);
      events.ifPresent(observers::add);
      var probe = new FeatureProbe(machine, List.copyOf(observers));
      observers.add(probe);
      try (var run =
          UsageException.onWrongInput(
              () -> FolderRun.open(request, machine, Clock.systemUTC(), observers, interrupt))) {
        interrupt.keep();
        introduce(run, machine);
        probe.attach(run);
        writing.attach(run);
        return run(run, progress, writing, machine, print);
      }
    }
  }

  /** As a worker whose chief writes the files and reports. */
  private int trainAlong(RunRequest request, Machine machine, Interrupt interrupt)
      throws IOException {
    try (var run =
        UsageException.onWrongInput(
            () -> FolderRun.open(request, machine, Clock.systemUTC(), List.of(), interrupt))) {
      interrupt.keep();
      if (run.run().train() == Trainer.Outcome.STOPPED) {
        return ExitStatus.STOPPED;
      }
      if (protocol() != Protocol.PRETRAIN) {
        run.run().evaluate();
      }
      return 0;
    } catch (StoppedException e) {
      return ExitStatus.STOPPED;
    }
  }

  /** Event files, if there are to be any. */
  private record Closing(Optional<TensorBoard> events) implements AutoCloseable {

    void attach(FolderRun run) throws IOException {
      if (events.isPresent()) {
        events.get().attach(run);
      }
    }

    @Override
    public void close() throws IOException {
      if (events.isPresent()) {
        events.get().close();
      }
    }
  }

  private int run(
      FolderRun run, ConsoleProgress progress, Closing writing, Machine machine, PrintWriter print)
      throws IOException {
    try {
      train(run);
      progress.finish();
      var conclusion = RunReport.write(run, protocol(), machine);
      Interrupt.of(spec).finish();
      writing.events().ifPresent(events -> events.finish(conclusion.record()));
      conclude(conclusion, run.folder(), print);
      return 0;
    } catch (StoppedException e) {
      progress.finish();
      print.printf("%s; go on with: %s%n", e.getMessage(), again(run.folder(), "--resume"));
      print.flush();
      return ExitStatus.STOPPED;
    }
  }

  /** What was typed; a mistake in it is the user's. */
  final RunRequest request() throws IOException {
    return UsageException.onWrongInput(
        () -> request(new RunFolder(out == null ? Path.of("runs", protocol().command()) : out)));
  }

  private RunRequest request(RunFolder folder) {
    var changes = new ArrayList<>(ownChanges());
    changes.addAll(recipe.overrides());
    return new RunRequest(
        protocol(),
        Typed.of(spec).toString(),
        folder,
        start(),
        new RecipeChoice(Optional.ofNullable(recipe.name), changes, Optional.ofNullable(epochs)),
        Optional.ofNullable(data),
        weights(),
        keepsHead(),
        Optional.ofNullable(checkpoints.every),
        checkpoints.keep,
        probeEvery());
  }

  /** Whether a run that was begun is asked for. */
  final boolean goesOn() {
    return resume || rewind != null;
  }

  private Start start() {
    if (rateScale != null && rewind == null) {
      throw new UsageException("--rate-scale goes with --rewind STEP");
    }
    if (goesOn() && overwrite) {
      throw new UsageException("--overwrite and --resume exclude each other");
    }
    if (changedData && rewind != null) {
      throw new UsageException("--changed-data and --rewind exclude each other");
    }
    if (rewind != null) {
      return new Start.Rewinding(rewind, rateScale == null ? 0.5 : rateScale);
    }
    if (changedData && !resume) {
      throw new UsageException("--changed-data goes with --resume");
    }
    return resume
        ? new Start.Resuming(changedData)
        : overwrite ? new Start.Overwriting() : new Start.New();
  }

  private void train(FolderRun run) throws IOException {
    try {
      run.train();
    } catch (NonFiniteLossException e) {
      e.goodStep()
          .ifPresent(
              step ->
                  spec.commandLine()
                      .getErr()
                      .printf(
                          "%ngo on at half the rate with: %s%n",
                          again(run.folder(), "--rewind " + step)));
      throw e;
    } catch (DataException e) {
      var mended =
          again(run.folder(), "--resume" + (run.run().step() > 0 ? " --changed-data" : ""));
      throw new DataException(
          "%s%ngo on, once that is mended, with: %s".formatted(e.getMessage(), mended), e);
    }
  }

  /** For a shell. */
  private String again(RunFolder folder, String option) {
    var words = new ArrayList<>(Splitter.on(' ').splitToList(protocol().invocation()));
    words.add("--out");
    words.add(folder.path().toString());
    words.addAll(Splitter.on(' ').splitToList(option));
    return new Typed(words).toString();
  }

  /** What the recipe is, with what of it the command's options may have changed. */
  final String headline(Experiment experiment) {
    return experiment.getAbout() + protocol().part(experiment).map(part -> ": " + part).orElse("");
  }

  private void introduce(FolderRun opened, Machine machine) {
    var print = spec.commandLine().getOut();
    var run = opened.run();
    var record = run.record();
    var training = record.getExperiment().getTraining();
    print.println(TensorFlowStart.describe(machine));
    print.println(headline(record.getExperiment()));
    print.printf(
        Locale.ROOT,
        "data: %s (%,d for training)%n",
        opened.data().training().about().replaceFirst("\\.$", ""),
        record.getData().getTrainingImages());
    print.printf(
        Locale.ROOT,
        "%,d parameters, %,d trained; %s of %s; peak rate %.3g%n",
        record.getParameters(),
        record.getTrainedParameters(),
        Counted.of(run.totalSteps(), "step"),
        TrainingLength.update(training),
        Schedule.of(training).peak());
    opened.beginning().forEach(print::println);
    print.flush();
    Notes.print(spec, opened.warnings());
  }

  private static void conclude(
      RunReport.Conclusion conclusion, RunFolder folder, PrintWriter print) {
    print.println(conclusion.sentence());
    var unreadable = conclusion.record().getUnreadableCount();
    if (unreadable > 0) {
      print.printf(
          "%s could not be read; %s names %s%n",
          Counted.of(unreadable, "image"), RecordFile.NAME, unreadable == 1 ? "it" : "them");
    }
    print.printf("report: %s%n", folder.path().resolve(RunFolder.REPORT));
    print.flush();
  }
}
