package org.maejava.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.maejava.data.DataException;
import org.maejava.data.DataSpec;
import org.maejava.eval.AtomicFile;
import org.maejava.eval.Machine;
import org.maejava.eval.Recipes;
import org.maejava.eval.Report;
import org.maejava.eval.RunFolder;
import org.maejava.eval.RunRecords;
import org.maejava.eval.TrainingRun;
import org.maejava.optim.Schedule;
import org.maejava.proto.Experiment;
import org.maejava.proto.ReportRecord;
import org.maejava.proto.RunRecord;
import org.maejava.train.Checkpoint;
import org.maejava.train.CheckpointPolicy;
import org.maejava.train.Checkpoints;
import org.maejava.train.NonFiniteLossException;
import org.maejava.train.Trainer;
import org.maejava.train.TrainingObserver;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What pre-training and the classification protocols have in common: one resumable run. */
abstract class TrainingCommand implements Callable<Integer> {

  static final int STOPPED = 130;

  @Spec CommandSpec spec;
  @Mixin RunOptions.Recipe recipe;
  @Mixin RunOptions.Threads threads;
  @Mixin RunOptions.Checkpoints checkpoints;

  @Option(
      names = "--data",
      paramLabel = "SPEC",
      description = {
        "Images: fashion-mnist (bundled), a folder, shards, a list; `mae data --help` tells the",
        "syntax. Default: fashion-mnist"
      })
  private String data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "The run's folder: record, log, checkpoints, report. Default: runs/ and the command's name.")
  private Path out;

  @Option(
      names = "--resume",
      description = {
        "Go on from the newest whole checkpoint in --out, with the recipe and data it was",
        "started with."
      })
  private boolean resume;

  @Option(
      names = "--rewind",
      paramLabel = "STEP",
      description = {
        "Go on from the checkpoint of this step instead, at a scaled rate, and delete later ones.",
        "For a run that diverged; implies --resume."
      })
  private Integer rewind;

  @Option(
      names = "--rate-scale",
      paramLabel = "X",
      description = "What --rewind multiplies the rate by, from there to the end. Default: 0.5")
  private Double rateScale;

  private TrainingRun running; // null: not yet
  private Experiment experiment;
  private DataSpec images;
  private Machine machine;

  /** What the run computes on. */
  final Machine machine() {
    return machine;
  }

  /** The recipe's part, and the command in records. */
  abstract String task();

  /** Recipe changes from the command's own options. */
  List<String> ownOverrides() {
    return List.of();
  }

  /** Initial weights, before the first step. */
  void startFrom(TrainingRun run) throws IOException {}

  /** What comes of the run beside its record: evaluation, pictures. */
  abstract ReportRecord finish(
      TrainingRun run, RunRecord.Builder record, DataSpec data, List<Report.Picture> pictures)
      throws IOException;

  @Override
  public final Integer call() throws Exception {
    var folder = new RunFolder(out == null ? Path.of("runs", task()) : out);
    var print = spec.commandLine().getOut();
    var progress = new ConsoleProgress(task(), System.out);
    var kept = folder.unreadable(() -> running == null ? List.of() : running.unreadable());
    try (var interrupt = new Interrupt();
        var run = prepare(folder, print, List.of(progress, folder.log(), kept), interrupt)) {
      running = run;
      var outcome = train(run, folder);
      progress.finish();
      if (outcome == Trainer.Outcome.STOPPED) {
        RunRecords.write(run.record().build(), folder.path());
        print.printf(
            "stopped at step %d of %d; go on with: mae %s --out %s --resume%n",
            run.step(), run.totalSteps(), spec.name(), folder.path());
        print.flush();
        return STOPPED;
      }
      report(run, folder, print);
      return 0;
    }
  }

  private Trainer.Outcome train(TrainingRun run, RunFolder folder) throws IOException {
    try {
      return run.train();
    } catch (NonFiniteLossException e) {
      e.goodStep()
          .ifPresent(
              step ->
                  spec.commandLine()
                      .getErr()
                      .printf(
                          "%ngo on at half the rate with: mae %s --out %s --rewind %d%n",
                          spec.name(), folder.path(), step));
      throw e;
    }
  }

  private boolean resuming() {
    return resume || rewind != null;
  }

  /** Everything that can be wrong with what was typed is found here. */
  private TrainingRun prepare(
      RunFolder folder, PrintWriter print, List<TrainingObserver> observers, Interrupt interrupt)
      throws IOException {
    checkFolder(folder);
    try {
      var before = previous(folder);
      experiment = experiment(before);
      images = DataSpec.open(dataSpec(before));
      machine = threads.machine();
      var records = new RunRecords(task(), machine, Clock.systemUTC());
      var policy = new CheckpointPolicy(folder.checkpoints(), checkpoints.every, checkpoints.keep);
      var run =
          new TrainingRun(
              experiment,
              images,
              records,
              new TrainingRun.Surroundings(Optional.of(policy), observers, interrupt));
      try {
        introduce(run, print);
        begin(run, folder, before, print);
      } catch (IOException | RuntimeException e) {
        run.close();
        throw e;
      }
      return run;
    } catch (IllegalArgumentException | DataException e) {
      throw new UsageException(e);
    }
  }

  private void checkFolder(RunFolder folder) throws IOException {
    if (rateScale != null && rewind == null) {
      throw new UsageException("--rate-scale goes with --rewind STEP");
    }
    if (rateScale != null && !(rateScale > 0 && rateScale < Double.POSITIVE_INFINITY)) {
      throw new UsageException("--rate-scale %s must be above 0".formatted(rateScale));
    }
    if (folder.begun() && !resuming()) {
      throw new UsageException(
          "%s already holds a run; go on with --resume, or choose another --out"
              .formatted(folder.path()));
    }
    if (!folder.begun() && resuming()) {
      throw new UsageException(
          "%s holds no run to resume; leave --resume out to start one".formatted(folder.path()));
    }
  }

  private Optional<RunRecord> previous(RunFolder folder) throws IOException {
    return resuming() ? Optional.of(RunRecords.read(folder.path())) : Optional.empty();
  }

  private Experiment experiment(Optional<RunRecord> before) {
    var overrides = new ArrayList<>(ownOverrides());
    overrides.addAll(recipe.overrides());
    if (before.isPresent() && recipe.name == null && overrides.isEmpty()) {
      return before.get().getExperiment();
    }
    return Recipes.load(recipe.name == null ? "demo" : recipe.name, task(), overrides);
  }

  private String dataSpec(Optional<RunRecord> before) {
    if (data != null) {
      return data;
    }
    return before.map(record -> record.getData().getSpec()).orElse("fashion-mnist");
  }

  private void begin(
      TrainingRun run, RunFolder folder, Optional<RunRecord> before, PrintWriter print)
      throws IOException {
    var checkpoint = rewind == null ? folder.latest() : Optional.of(rewound(run, folder, before));
    if (checkpoint.isPresent()) {
      run.resume(checkpoint.get(), before.orElseThrow());
      print.printf("goes on from %s%n", checkpoint.get().folder());
    } else {
      startFrom(run);
      if (resuming()) {
        print.println("there is no whole checkpoint yet: starts from the beginning");
      }
    }
    print.flush();
    folder.begin(run.record().build(), run.curve());
  }

  /** Nothing is deleted before the checkpoint is known to be this recipe's and these data's. */
  private Checkpoint rewound(TrainingRun run, RunFolder folder, Optional<RunRecord> before)
      throws IOException {
    run.resume(new Checkpoints(folder.checkpoints()).at(rewind), before.orElseThrow());
    return new Checkpoints(folder.checkpoints())
        .rewind(rewind, rateScale == null ? 0.5 : rateScale);
  }

  private void introduce(TrainingRun run, PrintWriter print) {
    var training = experiment.getTraining();
    var record = run.record();
    print.println(TensorFlowStart.describe(machine.device(), machine.threads()));
    print.printf("%s%n", experiment.getAbout());
    print.printf(
        Locale.ROOT,
        "data: %s (%,d for training)%n",
        images.training().about(),
        record.getData().getTrainingImages());
    print.printf(
        Locale.ROOT,
        "%,d parameters, %,d trained; %d steps of %d x %d images; peak rate %.3g%n",
        record.getParameters(),
        record.getTrainedParameters(),
        run.totalSteps(),
        training.getBatchSize(),
        training.getAccumulationSteps(),
        Schedule.of(training).peak());
    print.flush();
  }

  private void report(TrainingRun run, RunFolder folder, PrintWriter print) throws IOException {
    var record = run.record();
    var pictures = new ArrayList<Report.Picture>();
    var report = finish(run, record, images, pictures);
    RunRecords.write(record.build(), folder.path());
    var page = new Report(report, pictures).write(folder.path());
    for (var picture : pictures) {
      AtomicFile.write(folder.path().resolve(picture.name() + ".png"), picture.png().toByteArray());
    }
    print.println(report.getConclusion());
    var unreadable = record.getUnreadableCount();
    if (unreadable > 0) {
      print.printf("%d images could not be read; %s names them%n", unreadable, RunRecords.FILE);
    }
    print.printf("report: %s%n", page);
    print.flush();
  }
}
