package org.maejava.eval.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.picture.Pictures;
import org.maejava.eval.picture.Reconstruction;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.run.FolderRun;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.RunRecord;
import org.maejava.storage.WholeFile;

/** What is left to do when a run has trained: evaluation or pictures, record, report. */
public final class RunReport {

  private static final int PICTURES = 8;

  private RunReport() {}

  /**
   * Writes the record and the report of a run that has trained to its end.
   *
   * @return what came of it, and the record
   * @throws org.maejava.eval.run.StoppedException if asked to stop in the evaluation
   */
  public static Conclusion write(FolderRun run, Protocol protocol, Machine machine)
      throws IOException {
    var record = run.run().record();
    var pictures = new ArrayList<Report.Picture>();
    var report =
        protocol == Protocol.PRETRAIN
            ? pretraining(run, record, machine, pictures)
            : classification(run, record, protocol);
    var folder = run.folder();
    folder.write(record.build());
    for (var picture : pictures) {
      WholeFile.write(folder.path().resolve(RunFolder.RECONSTRUCTION), picture.png().toByteArray());
    }
    new Report(report, pictures).write(folder.path());
    return new Conclusion(report.getConclusion(), record.build());
  }

  /**
   * Writes the report of several runs of one protocol.
   *
   * @return what came of them, as a sentence
   */
  public static String write(Comparison comparison, Protocol protocol, RunFolder folder)
      throws IOException {
    var entry = comparison.getEntries(0);
    var sentence =
        String.format(
            Locale.ROOT,
            "%s %% of %,d evaluation images are right: the mean of %d runs, %s to %s %%, standard"
                + " deviation %s.",
            Percent.of(entry.getMeanAccuracy()),
            entry.getRuns(0).getEvaluation().getImages(),
            entry.getRunsCount(),
            Percent.of(accuracies(entry).min().orElseThrow()),
            Percent.of(accuracies(entry).max().orElseThrow()),
            Percent.of(entry.getAccuracyStd()));
    var report =
        ReportRecord.newBuilder()
            .setTitle(protocol.title())
            .setConclusion(sentence)
            .setComparison(comparison)
            .build();
    new Report(report, List.of()).write(folder.path());
    return sentence;
  }

  private static DoubleStream accuracies(ComparisonEntry entry) {
    return entry.getRunsList().stream().mapToDouble(run -> run.getEvaluation().getAccuracy());
  }

  /**
   * What came of a run.
   *
   * @param sentence for people
   * @param record as it was written
   */
  public record Conclusion(String sentence, RunRecord record) {}

  private static ReportRecord classification(
      FolderRun run, RunRecord.Builder record, Protocol protocol) {
    var evaluation = run.run().evaluate().evaluation();
    record.setEvaluation(evaluation).clearUnreadable().addAllUnreadable(run.run().unreadable());
    var entry =
        Statistics.entry(
            protocol.title(), record.getData().getTrainingImages(), List.of(record.build()));
    return ReportRecord.newBuilder()
        .setTitle(protocol.title())
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

  private static ReportRecord pretraining(
      FolderRun run, RunRecord.Builder record, Machine machine, List<Report.Picture> pictures) {
    var data = run.data();
    var source = data.evaluation().size() > 0 ? data.evaluation() : data.training();
    var experiment = record.getExperiment();
    try (var reconstruction = new Reconstruction(experiment, run.run().weights(), machine)) {
      var triptychs =
          reconstruction.triptychs(source, PICTURES, experiment.getTraining().getSeed());
      pictures.add(
          Report.Picture.of(
              "reconstruction", reconstruction.caption(), Pictures.sheet(triptychs, 2)));
    }
    var curve = record.getCurveList();
    int epochs = experiment.getTraining().getEpochs();
    return ReportRecord.newBuilder()
        .setTitle(Protocol.PRETRAIN.title())
        .setConclusion(
            String.format(
                Locale.ROOT,
                "The loss fell from %.4f to %.4f in %d %s (%.0f images/s).",
                curve.get(0).getLoss(),
                curve.get(curve.size() - 1).getLoss(),
                epochs,
                epochs == 1 ? "epoch" : "epochs",
                record.getImagesPerSecond()))
        .setPretraining(record)
        .build();
  }
}
