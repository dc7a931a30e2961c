package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.Percent;
import org.maejava.eval.Report;
import org.maejava.eval.Statistics;
import org.maejava.eval.TrainingRun;
import org.maejava.eval.Weights;
import org.maejava.proto.Comparison;
import org.maejava.proto.ReportRecord;
import org.maejava.proto.RunRecord;
import picocli.CommandLine.Option;

/** What the commands with labels have in common: initial weights, few labels, an evaluation. */
abstract class ClassificationCommand extends TrainingCommand {

  @Option(
      names = "--weights",
      paramLabel = "PATH",
      description =
          "Pre-trained weights: a run's folder, a checkpoint, an exported model or a .safetensors file.")
  private Path weights;

  @Option(
      names = "--labels",
      paramLabel = "N",
      description =
          "Train on N labelled images only, spread evenly over the classes, drawn by the seed.")
  private Integer labels;

  /** The protocol as tables show it. */
  abstract String protocol();

  /** Whether random weights are what was asked for. */
  boolean fromScratch() {
    return false;
  }

  @Override
  List<String> ownOverrides() {
    var overrides = new ArrayList<String>();
    if (labels != null) {
      overrides.add("data { labelled_images: " + labels + " }");
    }
    return overrides;
  }

  @Override
  void startFrom(TrainingRun run) throws IOException {
    if (fromScratch()) {
      if (weights != null) {
        throw new UsageException("--weights and --from-scratch exclude each other");
      }
      return;
    }
    if (weights == null) {
      throw new UsageException(
          "%s needs pre-trained weights: give --weights, such as the folder of a `mae pretrain` run"
              .formatted(spec.name()));
    }
    try (var pretrained = Weights.open(weights)) {
      run.startFrom(pretrained.name(), pretrained.fitting(run.model()));
    }
  }

  @Override
  ReportRecord finish(
      TrainingRun run, RunRecord.Builder record, ImageSet data, List<Report.Picture> pictures) {
    var evaluation = run.evaluate().evaluation();
    record.setEvaluation(evaluation).clearUnreadable().addAllUnreadable(run.unreadable());
    var entry =
        Statistics.entry(protocol(), record.getData().getTrainingImages(), List.of(record.build()));
    return ReportRecord.newBuilder()
        .setTitle(protocol())
        .setConclusion(
            String.format(
                Locale.ROOT,
                "%s %% of %,d evaluation images are right (95 %% interval %s to %s).",
                Percent.of(evaluation.getAccuracy()),
                evaluation.getImages(),
                Percent.of(evaluation.getAccuracyLow()),
                Percent.of(evaluation.getAccuracyHigh())))
        .setComparison(Comparison.newBuilder().addEntries(entry))
        .build();
  }
}
