package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maejava.cluster.Cluster;
import org.maejava.eval.compare.ComparisonRun.Finished;
import org.maejava.eval.compare.Repetition;
import org.maejava.eval.compare.Running;
import org.maejava.eval.report.Percent;
import org.maejava.eval.report.RunReport;
import org.maejava.eval.run.Preparation;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.RunRequest.Start;
import org.maejava.eval.run.StoppedException;
import org.maejava.words.Counted;
import picocli.CommandLine.Option;

/** What the commands with labels have in common: initial weights and few labels. */
abstract class ClassificationCommand extends TrainingCommand {

  @Option(
      names = "--weights",
      paramLabel = "PATH",
      description =
          "Pre-trained weights: a run's folder, a checkpoint, an exported or imported model, or a file"
              + " of PyTorch or safetensors.")
  private @Nullable Path weights;

  @Option(
      names = "--keep-head",
      description =
          "Start from the head of --weights too, if it has as many classes. Default: a new head.")
  private boolean keepHead;

  @Option(
      names = "--labels",
      paramLabel = "N",
      description =
          "Train on N labelled images only, spread evenly over the classes, drawn by the seed.")
  private @Nullable Integer labels;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "Runs, each with other labels and draws; the report gives mean and deviation. Of several"
              + " only reports are kept, no model. Default: ${DEFAULT-VALUE}",
      defaultValue = "1")
  private int seeds;

  @Override
  boolean keepsHead() {
    return keepHead;
  }

  @Override
  public Integer call() throws IOException {
    if (seeds < 1) {
      throw new UsageException("--seeds " + seeds + " must be at least 1");
    }
    return seeds == 1 ? super.call() : repeat();
  }

  private Integer repeat() throws IOException {
    if (UsageException.onWrongInput(() -> Cluster.of(System.getenv())).isPresent()) {
      throw new UsageException(
          "--seeds trains one run after the other, which several workers (TF_CONFIG) cannot share;"
              + " start one run for each --seed");
    }
    var request = request();
    if (request.start() instanceof Start.Rewinding) {
      throw new UsageException("--rewind is for a single run, not for --seeds");
    }
    if (tensorboard()) {
      throw new UsageException("--tensorboard is for a single run, not for --seeds");
    }
    if (weights == null && !fromScratch()) {
      throw new UsageException("--seeds with --resume needs the same --weights again");
    }
    var print = spec.commandLine().getOut();
    var machine = UsageException.onWrongInput(threads::machine);
    var interrupt = Interrupt.of(spec);
    try (var progress = new ComparisonProgress();
        var prepared = UsageException.onWrongInput(() -> Preparation.of(request))) {
      interrupt.keep();
      var running =
          new Running(machine, Clock.systemUTC(), request.commandLine(), progress, interrupt);
      var runs =
          UsageException.onWrongInput(() -> new Repetition(request, prepared).of(seeds, running));
      Notes.print(spec, prepared.warnings());
      print.println(TensorFlowStart.describe(machine.device(), machine.threads()));
      print.println(headline(prepared.found().experiment()));
      print.flush();
      var comparison =
          runs.run(
              finished -> {
                progress.finish();
                show(finished);
                if (!runs.open().isEmpty()) {
                  RunReport.write(finished.soFar(), protocol(), request.folder());
                }
              });
      var conclusion = RunReport.write(comparison, protocol(), request.folder());
      interrupt.finish();
      print.println(conclusion);
      print.printf("report: %s%n", request.folder().path().resolve(RunFolder.REPORT));
      print.flush();
      return 0;
    } catch (StoppedException e) {
      print.printf(
          "%s; go on with: %s%n",
          e.getMessage(), Typed.of(spec).without("--overwrite").with("--resume"));
      print.flush();
      return ExitStatus.STOPPED;
    }
  }

  private void show(Finished finished) {
    var evaluation = finished.run().getEvaluation();
    var print = spec.commandLine().getOut();
    print.printf(
        Locale.ROOT,
        "seed %d, %s: %s %% (%s to %s), %.0f s%n",
        finished.cell().getSeed(),
        Counted.of(finished.cell().getLabels(), "label"),
        Percent.of(evaluation.getAccuracy()),
        Percent.of(evaluation.getAccuracyLow()),
        Percent.of(evaluation.getAccuracyHigh()),
        finished.run().getSeconds());
    print.flush();
  }

  /** Whether random weights are what was asked for. */
  boolean fromScratch() {
    return false;
  }

  @Override
  List<String> ownChanges() {
    var changes = new ArrayList<String>();
    if (labels != null) {
      changes.add("data { labelled_images: " + labels + " }");
    }
    return changes;
  }

  @Override
  Optional<Path> weights() {
    if (fromScratch() && keepHead) {
      throw new UsageException("--keep-head and --from-scratch exclude each other");
    }
    if (fromScratch() && weights != null) {
      throw new UsageException("--weights and --from-scratch exclude each other");
    }
    if (!fromScratch() && weights == null && !goesOn()) {
      throw new UsageException(
          "%s needs pre-trained weights: give --weights, such as the folder of a `mae pretrain` run"
              .formatted(spec.name()));
    }
    return Optional.ofNullable(weights);
  }
}
