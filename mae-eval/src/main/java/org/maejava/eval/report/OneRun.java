package org.maejava.eval.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.look.AnswersLook;
import org.maejava.eval.proto.Calibration;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.FeatureMap;
import org.maejava.eval.proto.Interval;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.reliability.Calibrations;
import org.maejava.eval.run.Answer;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.RunRecord;

/** The report of one run from its record and what was seen of it. */
final class OneRun {

  private OneRun() {}

  /**
   * Everything but pictures.
   *
   * @param answers on the evaluation half; none: not known
   */
  static ReportRecord of(RunRecord run, List<Answer> answers, Optional<FeatureMap> map) {
    var report =
        ReportRecord.newBuilder()
            .setTitle(title(run))
            .setQuestion(question(run))
            .setConclusion(conclusion(run))
            .addAllPublished(PaperBeside.results(List.of(run.getCommand())));
    if (run.hasEvaluation()) {
      report.setComparison(
          Comparison.newBuilder()
              .addEntries(
                  Statistics.entry(title(run), run.getData().getTrainingImages(), List.of(run))));
    } else {
      report.setPretraining(run);
    }
    if (!answers.isEmpty()) {
      report.setAnswers(AnswersLook.of(answers, run.getData().getClassesList()));
      calibration(answers).ifPresent(report::setCalibration);
    }
    map.ifPresent(report::setFeatureMap);
    PaperBeside.recipe(run).ifPresent(report::setPaperRecipe);
    return report.build();
  }

  /** Empty if a probability is no number. */
  private static Optional<Calibration> calibration(List<Answer> answers) {
    var confidences = answers.stream().mapToDouble(Answer::probability).toArray();
    var right = new boolean[confidences.length];
    for (int i = 0; i < right.length; i++) {
      if (Double.isNaN(confidences[i])) {
        return Optional.empty();
      }
      right[i] = answers.get(i).right();
    }
    return Optional.of(Calibrations.of(confidences, right, Calibrations.BINS));
  }

  /** What a run's command does, in words. */
  static String title(RunRecord run) {
    for (var protocol : Protocol.values()) {
      if (protocol.command().equals(run.getCommand())) {
        return protocol.title(run.getExperiment());
      }
    }
    return run.getCommand();
  }

  static String question(RunRecord run) {
    return run.getExperiment().hasPretraining()
        ? String.format(
            Locale.ROOT,
            "What does the network learn from %,d images without labels?",
            run.getData().getTrainingImages())
        : String.format(
            Locale.ROOT,
            "How many images does it get right that it never saw, having learned from %,d with labels?",
            run.getData().getTrainingImages());
  }

  static String conclusion(RunRecord run) {
    var unfinished =
        run.getSteps() < run.getTotalSteps()
            ? String.format(
                Locale.ROOT,
                "Not finished: at step %,d of %,d. ",
                run.getSteps(),
                run.getTotalSteps())
            : "";
    return (unfinished + (run.hasEvaluation() ? accuracy(run) : loss(run))).strip();
  }

  private static String accuracy(RunRecord run) {
    var evaluation = run.getEvaluation();
    return String.format(
        Locale.ROOT,
        "%s %% of %,d evaluation images are right%s.",
        Percent.of(evaluation.getAccuracy()),
        evaluation.getImages(),
        interval(Statistics.interval(run)));
  }

  /** In brackets, behind an accuracy. */
  static String interval(Interval interval) {
    return " (95 %% interval %s to %s)"
        .formatted(Percent.of(interval.getLow()), Percent.of(interval.getHigh()));
  }

  private static String loss(RunRecord run) {
    var curve = run.getCurveList();
    if (curve.isEmpty()) {
      return "Nothing is known of it yet.";
    }
    var last = curve.get(curve.size() - 1);
    var epochs = String.format(Locale.ROOT, "%.1f", last.getEpoch()).replaceFirst("\\.0$", "");
    return String.format(
            Locale.ROOT,
            "The loss %s %s %s%s.",
            change(curve.get(0).getLoss(), last.getLoss(), curve.size() > 1 ? "in" : "after"),
            epochs,
            epochs.equals("1") ? "epoch" : "epochs",
            speed(run))
        + probes(run);
  }

  /** What became of it, as far as four digits tell. */
  private static String change(double first, double last, String when) {
    var before = String.format(Locale.ROOT, "%.4f", first);
    var after = String.format(Locale.ROOT, "%.4f", last);
    if (before.equals(after)) {
      return (when.equals("in") ? "stayed at " : "is ") + after + " " + when;
    }
    return "%s from %s to %s %s".formatted(last < first ? "fell" : "rose", before, after, when);
  }

  /** With what the first step takes to begin, which bars leave out. */
  private static String speed(RunRecord run) {
    return run.getImagesPerSecond() > 0
        ? String.format(
            Locale.ROOT, " (%.0f images/s, its start included)", run.getImagesPerSecond())
        : "";
  }

  private static String probes(RunRecord run) {
    if (run.getProbesCount() == 0) {
      return "";
    }
    var last = run.getProbes(run.getProbesCount() - 1);
    return String.format(
        Locale.ROOT,
        " By a vote of nearest neighbours its features get %s %% of %,d images right%s.",
        Percent.of(last.getAccuracy()),
        last.getImages(),
        run.getProbesCount() == 1
            ? ""
            : ", %s %% at epoch %.0f"
                .formatted(
                    Percent.of(run.getProbes(0).getAccuracy()), run.getProbes(0).getEpoch()));
  }
}
