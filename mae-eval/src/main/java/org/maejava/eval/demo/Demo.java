package org.maejava.eval.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.maejava.config.Experiments;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.compare.Cells;
import org.maejava.eval.compare.ProtocolComparison;
import org.maejava.eval.compare.ProtocolComparison.Finished;
import org.maejava.eval.compare.ProtocolComparison.Pretrained;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.picture.Pictures;
import org.maejava.eval.picture.Reconstruction;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.report.Percent;
import org.maejava.eval.report.Report;
import org.maejava.eval.run.Exports;
import org.maejava.eval.run.FolderRun;
import org.maejava.eval.run.Origin;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.StoppedException;
import org.maejava.eval.run.TrainingRun;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.storage.WholeFile;
import org.maejava.train.CheckpointPolicy;
import org.maejava.train.Trainer;
import org.maejava.train.TrainingObserver;

/**
 * The whole path in minutes: pre-training on the bundled images, a comparison of what few labels
 * are worth with and without it, exported models, a report. It goes on where it was stopped.
 */
public final class Demo {

  /** As records name it. */
  public static final String COMMAND = "demo";

  private static final int PICTURES = 12;
  private static final int CHECKPOINT_EVERY = 500;

  private final Request request;
  private final Machine machine;
  private final InstantSource clock;
  private final RunFolder folder;
  private final ImageSet data;
  private final Experiment experiment;
  private final double share;
  private final TrainingObserver progress;
  private final Consumer<String> say;
  private final BooleanSupplier stop;

  /**
   * What is asked for.
   *
   * @param out where checkpoints, finished runs and the report go
   * @param models where the exported models go
   * @param changes of the pre-training recipe, text-proto
   * @param epochs of the pre-training, the comparison's in proportion; empty: as the recipes say
   * @param commandLine as typed, for records; empty if a program asks
   * @param seeds draws of labels for each entry of the comparison
   * @param overwrite whether an earlier demo in {@code out} is deleted
   */
  public record Request(
      Path out,
      Path models,
      List<String> changes,
      Optional<Integer> epochs,
      String commandLine,
      int seeds,
      boolean overwrite) {}

  /**
   * A demo that was not begun.
   *
   * @param progress told of the pre-training's steps
   * @param say told what happens, in lines
   * @param stop asked after every step
   * @throws org.maejava.config.InvalidExperimentException if the changes cannot be
   * @throws IllegalArgumentException if there is not one seed at least
   */
  public Demo(
      Request request,
      Machine machine,
      InstantSource clock,
      TrainingObserver progress,
      Consumer<String> say,
      BooleanSupplier stop) {
    if (request.seeds() < 1) {
      throw new IllegalArgumentException("--seeds " + request.seeds() + " must be at least 1");
    }
    this.request = request;
    this.machine = machine;
    this.clock = clock;
    this.progress = progress;
    this.say = say;
    this.stop = stop;
    folder = new RunFolder(request.out());
    data = ImageSet.open(FolderRun.DEFAULT_DATA);
    var recipe =
        Protocol.PRETRAIN.require(
            Recipes.load(DemoCandidates.FAMILY, Protocol.PRETRAIN.command(), request.changes()),
            DemoCandidates.FAMILY);
    experiment = request.epochs().map(n -> Recipes.lasting(recipe, n)).orElse(recipe);
    share = (double) experiment.getTraining().getEpochs() / recipe.getTraining().getEpochs();
  }

  /**
   * Runs it, or what is left of it.
   *
   * @return the report's page
   * @throws IllegalArgumentException if {@code out} holds anything but this demo
   * @throws StoppedException if asked to stop
   */
  @SuppressWarnings("try") // the lock is held, not used
  public Path run() throws IOException {
    try (var lock = folder.lock()) {
      var before = before();
      var origin =
          Origin.now(COMMAND, DemoCandidates.FAMILY + "/pretrain", clock)
              .typed(request.commandLine());
      var policy = new CheckpointPolicy(folder.checkpoints(), CHECKPOINT_EVERY, 1);
      var surroundings =
          new TrainingRun.Surroundings(Optional.of(policy), List.of(progress, folder.log()), stop);
      say("Data: %s", data.training().about());
      if (share != 1) {
        say(
            "%d %s of pre-training; the comparison's in proportion: the figures are not the README's",
            experiment.getTraining().getEpochs(),
            experiment.getTraining().getEpochs() == 1 ? "epoch" : "epochs");
      }
      try (var run =
          new TrainingRun(
              experiment,
              data,
              machine,
              before.map(origin::goingOn).orElse(origin),
              surroundings)) {
        begin(run, before);
        var record = pretrain(run);
        return compare(record, run);
      }
    }
  }

  /** What was recorded of this demo so far. */
  private Optional<RunRecord> before() throws IOException {
    if (!folder.begun()) {
      folder.requireNothingForeign();
      return Optional.empty();
    }
    var record = folder.record();
    if (!record.getCommand().equals(COMMAND)) {
      throw new IllegalArgumentException(
          "%s holds a run of `mae %s`, not a demo; choose another --out"
              .formatted(folder.path(), record.getCommand()));
    }
    if (request.overwrite()) {
      return Optional.empty();
    }
    if (!record.getFingerprint().equals(Experiments.fingerprint(experiment))) {
      throw new IllegalArgumentException(
          "%s holds a demo with another recipe; start over with --overwrite, or choose another --out"
              .formatted(folder.path()));
    }
    return Optional.of(record);
  }

  private void begin(TrainingRun run, Optional<RunRecord> before) throws IOException {
    if (before.isPresent()) {
      var checkpoint = folder.latest();
      if (checkpoint.isPresent()) {
        run.resume(checkpoint.get(), before.get());
        say("Goes on from %s", checkpoint.get().folder());
      }
    } else {
      folder.clear();
    }
    run.probe();
    folder.begin(run.record().build(), run.curve());
  }

  private RunRecord pretrain(TrainingRun run) throws IOException {
    say("");
    say(
        "1. Pre-training without labels: %,d images, %,d parameters",
        data.training().size(), run.record().getParameters());
    if (run.train() == Trainer.Outcome.STOPPED) {
      folder.write(run.record().build());
      throw new StoppedException("at step %d of %d".formatted(run.step(), run.totalSteps()));
    }
    var record = run.record().build();
    folder.write(record);
    return record;
  }

  private Path compare(RunRecord record, TrainingRun run) throws IOException {
    say("");
    say("2. What few labels are worth, on %,d held-out images", data.evaluation().size());
    var pretrainedModel = request.models().resolve("demo-pretrained");
    var classifier = request.models().resolve("demo-classifier");
    Exports.write(record, run.weights(), machine, pretrainedModel);
    var pretrained = new Pretrained("the pre-trained encoder", run.weights());
    var cells = Cells.in(folder.path().resolve(RunFolder.CELLS));
    var comparison =
        new ProtocolComparison(data, machine, clock, request.commandLine(), cells, stop)
            .run(
                labels -> DemoCandidates.with(experiment, share, pretrained, labels),
                DemoCandidates.LABELS,
                LongStream.range(0, request.seeds()).boxed().toList(),
                finished -> {
                  if (DemoCandidates.isExported(finished)) {
                    Exports.write(finished.record(), finished.weights(), machine, classifier);
                  }
                  show(finished);
                });
    return report(record, comparison, run, List.of(pretrainedModel, classifier));
  }

  private void show(Finished finished) {
    var evaluation = finished.record().getEvaluation();
    say(
        "   %-28s %,5d labels: %s %% (%s to %s), %.0f s",
        finished.candidate().name(),
        finished.labels(),
        Percent.of(evaluation.getAccuracy()),
        Percent.of(evaluation.getAccuracyLow()),
        Percent.of(evaluation.getAccuracyHigh()),
        finished.record().getSeconds());
  }

  private Path report(
      RunRecord pretraining, Comparison comparison, TrainingRun run, List<Path> exports)
      throws IOException {
    var drawn = pictures(run);
    var picture = folder.path().resolve(RunFolder.RECONSTRUCTION);
    WholeFile.write(picture, drawn.png().toByteArray());
    var there = new ArrayList<>(exports);
    there.removeIf(export -> !Files.exists(export));
    var report =
        ReportRecord.newBuilder()
            .setTitle("Masked autoencoder on Fashion-MNIST")
            .setConclusion(DemoCandidates.conclusion(comparison))
            .setPretraining(pretraining)
            .setComparison(comparison);
    there.forEach(path -> report.addExports(path.toString()));
    var page = new Report(report.build(), List.of(drawn)).write(folder.path());

    say("");
    say("%s", report.getConclusion());
    say("");
    say("report    %s", page.toAbsolutePath());
    say("pictures  %s", picture.toAbsolutePath());
    there.forEach(path -> say("model     %s", path.toAbsolutePath()));
    return page;
  }

  private Report.Picture pictures(TrainingRun run) {
    try (var reconstruction = new Reconstruction(experiment, run.weights(), machine)) {
      var sheet = Pictures.sheet(reconstruction.triptychs(data.evaluation(), PICTURES, 0), 2);
      return Report.Picture.of("reconstruction", reconstruction.caption(), sheet);
    }
  }

  private void say(String format, Object... values) {
    say.accept(String.format(Locale.ROOT, format, values));
  }
}
