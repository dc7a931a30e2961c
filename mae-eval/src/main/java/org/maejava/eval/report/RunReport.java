package org.maejava.eval.report;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.maejava.eval.look.AnswersLook;
import org.maejava.eval.look.Look;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.picture.Gallery;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.run.Answer;
import org.maejava.eval.run.AnswersFile;
import org.maejava.eval.run.FolderRun;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.RunRecord;
import org.maejava.storage.WholeFile;

/** What is left to do when a run has trained: evaluation, record, a look at it, report. */
public final class RunReport {

  private RunReport() {}

  /**
   * Writes the record and the report of a run that has trained to its end.
   *
   * @return what came of it, and the record
   * @throws org.maejava.eval.run.StoppedException if asked to stop in the evaluation or in the
   *     report
   */
  public static Conclusion write(FolderRun run, Protocol protocol, Machine machine)
      throws IOException {
    var record = run.run().record();
    var answers = new ArrayList<Answer>();
    if (protocol != Protocol.PRETRAIN) {
      var evaluation = run.run().evaluate(answers::add).evaluation();
      record.setEvaluation(evaluation).clearUnreadable().addAllUnreadable(run.run().unreadable());
      AnswersFile.write(answers, record.getData().getClassesList(), run.folder().path());
    }
    run.folder().addToLog(record.build());
    run.folder().write(record.build());
    var look =
        Look.of(
            run.run().experiment(),
            run.run().weights(),
            run.data(),
            machine,
            run.run()::isAskedToStop);
    var galleries = new ArrayList<Gallery>();
    if (!answers.isEmpty()) {
      galleries.add(
          AnswersLook.mistakes(answers, run.run().experiment(), run.data().evaluation(), machine));
    }
    galleries.addAll(look.galleries());
    writeReconstruction(galleries, run.folder());
    var report = OneRun.of(record.build(), answers, look.featureMap());
    new Report(report, galleries).write(run.folder().path());
    run.folder().requireStillThere();
    return new Conclusion(report.getConclusion(), record.build());
  }

  private static void writeReconstruction(List<Gallery> galleries, RunFolder folder)
      throws IOException {
    var first = Look.reconstruction(galleries);
    if (first.isPresent()) {
      WholeFile.write(
          folder.path().resolve(RunFolder.RECONSTRUCTION), first.get().png().toByteArray());
    } else {
      Files.deleteIfExists(folder.path().resolve(RunFolder.RECONSTRUCTION));
    }
  }

  /**
   * Writes the report of several runs of one protocol, or of those that are finished.
   *
   * @return what came of them, as a sentence
   */
  public static String write(Comparison comparison, Protocol protocol, RunFolder folder)
      throws IOException {
    var entry = comparison.getEntries(0);
    var sentence =
        String.format(
            Locale.ROOT,
            "%s %% of %,d evaluation images are right%s.",
            Percent.of(entry.getMeanAccuracy()),
            entry.getRuns(0).getEvaluation().getImages(),
            entry.getRunsCount() == 1 ? "" : spread(entry));
    if (entry.getRunsCount() < comparison.getCells()) {
      sentence =
          "%d of %d runs are finished. %s"
              .formatted(entry.getRunsCount(), comparison.getCells(), sentence);
    }
    var run = entry.getRuns(0);
    var report =
        ReportRecord.newBuilder()
            .setTitle(OneRun.title(run))
            .setQuestion(OneRun.question(run))
            .setConclusion(sentence)
            .setComparison(comparison)
            .addAllPublished(PaperBeside.results(List.of(run.getCommand())));
    PaperBeside.recipe(run).ifPresent(report::setPaperRecipe);
    new Report(report.build(), List.of()).write(folder.path());
    return sentence;
  }

  private static String spread(ComparisonEntry entry) {
    return ": the mean of %d runs, %s to %s %%, standard deviation %s"
        .formatted(
            entry.getRunsCount(),
            Percent.of(accuracies(entry).min().orElseThrow()),
            Percent.of(accuracies(entry).max().orElseThrow()),
            Percent.of(entry.getAccuracyStd()));
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
}
