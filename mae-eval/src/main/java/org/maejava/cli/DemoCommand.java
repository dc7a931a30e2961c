package org.maejava.cli;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.Exports;
import org.maejava.eval.Machine;
import org.maejava.eval.Percent;
import org.maejava.eval.Pictures;
import org.maejava.eval.ProtocolComparison;
import org.maejava.eval.ProtocolComparison.Finished;
import org.maejava.eval.Recipes;
import org.maejava.eval.Reconstruction;
import org.maejava.eval.Report;
import org.maejava.eval.RunFolder;
import org.maejava.eval.RunRecords;
import org.maejava.eval.TrainingRun;
import org.maejava.proto.Comparison;
import org.maejava.proto.Experiment;
import org.maejava.proto.ReportRecord;
import org.maejava.proto.RunRecord;
import org.maejava.train.CheckpointPolicy;
import org.maejava.train.Trainer;
import org.maejava.weights.WeightSource;
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
      "The whole path in minutes, on bundled images: pre-train without labels, compare what few",
      "labels are worth with and without it, export the models, write a report with pictures."
    })
final class DemoCommand implements Callable<Integer> {

  private static final int PICTURES = 12;

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
      description = "Changes the pre-training recipe, such as 'training { epochs: 2 }'.")
  private List<String> set = List.of();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Draws of labels for each entry of the comparison. Default: ${DEFAULT-VALUE}",
      defaultValue = "1")
  private int seeds;

  private PrintWriter print;
  private Machine machine;
  private ImageSet data;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    print = spec.commandLine().getOut();
    machine = threads.machine();
    data = ImageSet.open("fashion-mnist");
    say(TensorFlowStart.describe(machine.device(), machine.threads()));
    say("Data: %s", data.training().about());
    startAfresh();
    try (var interrupt = new Interrupt()) {
      return pretrainAndCompare(interrupt, start);
    }
  }

  private Integer pretrainAndCompare(Interrupt interrupt, long start) throws IOException {
    var folder = new RunFolder(out);
    try (var run = pretraining(folder, interrupt)) {
      say("");
      say(
          "1. Pre-training without labels: %,d images, %,d parameters",
          data.training().size(), run.record().getParameters());
      folder.begin(run.record().build(), List.of());
      if (run.train() == Trainer.Outcome.STOPPED) {
        say("stopped at step %d of %d", run.step(), run.totalSteps());
        return TrainingCommand.STOPPED;
      }
      var record = run.record().build();
      RunRecords.write(record, out);

      say("");
      say("2. What few labels are worth, on %,d held-out images", data.evaluation().size());
      var exports = new ArrayList<Path>();
      exports.add(Exports.write(record, run.weights(), machine, models.resolve("demo-pretrained")));
      var comparison = compare(record.getExperiment(), run.weights(), exports);
      report(record, comparison, run.weights(), exports, start);
      return 0;
    }
  }

  /** A demo is not resumed: an earlier one's checkpoints would be in its way. */
  private void startAfresh() throws IOException {
    var checkpoints = new RunFolder(out).checkpoints();
    if (Files.exists(checkpoints)) {
      MoreFiles.deleteRecursively(checkpoints, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private TrainingRun pretraining(RunFolder folder, Interrupt interrupt) throws IOException {
    try {
      var experiment = Recipes.load(DemoProtocols.FAMILY, "pretrain", set);
      var progress = new ConsoleProgress("pre-training", System.out);
      return new TrainingRun(
          experiment,
          data,
          new RunRecords("pretrain", machine, Clock.systemUTC()),
          new TrainingRun.Surroundings(
              Optional.of(new CheckpointPolicy(folder.checkpoints(), 500, 1)),
              List.of(progress, folder.log()),
              interrupt));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }

  private Comparison compare(Experiment recipe, WeightSource pretrained, List<Path> exports)
      throws IOException {
    var draws = LongStream.range(0, seeds).boxed().toList();
    return new ProtocolComparison(data, "the pre-trained encoder", machine, Clock.systemUTC())
        .run(
            labels -> DemoProtocols.with(recipe, pretrained, labels),
            DemoProtocols.LABELS,
            draws,
            finished -> show(finished, exports));
  }

  private void show(Finished finished, List<Path> exports) {
    var evaluation = finished.record().getEvaluation();
    say(
        "   %-28s %,5d labels: %s %% (%s to %s), %.0f s",
        finished.protocol().name(),
        finished.labels(),
        Percent.of(evaluation.getAccuracy()),
        Percent.of(evaluation.getAccuracyLow()),
        Percent.of(evaluation.getAccuracyHigh()),
        finished.record().getSeconds());
    if (DemoProtocols.isExported(finished)) {
      try {
        exports.add(
            Exports.write(
                finished.record(), finished.weights(), machine, models.resolve("demo-classifier")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void report(
      RunRecord pretraining,
      Comparison comparison,
      WeightSource weights,
      List<Path> exports,
      long start)
      throws IOException {
    var reconstruction = new Reconstruction(pretraining.getExperiment(), weights, machine);
    var sheet = Pictures.sheet(reconstruction.triptychs(data.evaluation(), PICTURES, 0), 2);
    Pictures.write(sheet, out.resolve("reconstruction.png"));
    var report =
        ReportRecord.newBuilder()
            .setTitle("Masked autoencoder on Fashion-MNIST")
            .setConclusion(DemoProtocols.conclusion(comparison))
            .setPretraining(pretraining)
            .setComparison(comparison);
    exports.forEach(path -> report.addExports(path.toString()));
    var page =
        new Report(
                report.build(),
                List.of(Report.Picture.of("reconstruction", reconstruction.caption(), sheet)))
            .write(out);

    say("");
    say("%s", report.getConclusion());
    say("");
    say("report    %s", page.toAbsolutePath());
    say("pictures  %s", out.resolve("reconstruction.png").toAbsolutePath());
    exports.forEach(path -> say("model     %s", path.toAbsolutePath()));
    var took = Duration.ofNanos(System.nanoTime() - start);
    say("took      %d min %d s", took.toMinutes(), took.toSecondsPart());
  }

  private void say(String format, Object... values) {
    print.printf(Locale.ROOT, format + "%n", values);
    print.flush();
  }
}
