package org.maejava.eval.report;

import static java.util.stream.Collectors.joining;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.proto.CellRecord;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.NamedRun;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.run.Answer;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.train.Checkpoint;

/** Several runs, and comparisons that were run before, in one report. */
final class SideBySide {

  private final List<LeftRun> runs;
  private final List<Earlier> comparisons;
  private final List<String> notes = new ArrayList<>();

  /**
   * A comparison that was run before.
   *
   * @param name that sets it apart
   */
  record Earlier(String name, ReportRecord report) {}

  SideBySide(List<LeftRun> runs, List<Earlier> comparisons) {
    this.runs = runs;
    this.comparisons = comparisons;
  }

  /** What could not be put side by side, in sentences; known when there is a {@link #report}. */
  List<String> notes() {
    return notes;
  }

  ReportRecord report() {
    var comparison = comparison();
    comparison.addAllCharts(AddedCharts.of(comparison.build(), SideBySide::maskRatio));
    var sources = runs.size() + comparisons.size();
    var commands =
        Stream.concat(
                runs.stream().map(run -> run.record().getCommand()),
                comparison.getEntriesList().stream().map(entry -> entry.getRuns(0).getCommand()))
            .distinct()
            .toList();
    var report =
        ReportRecord.newBuilder()
            .setTitle("%d results side by side".formatted(sources))
            .setQuestion("How do they compare, and are the differences more than chance?")
            .setConclusion(conclusion(comparison.build()))
            .setComparison(comparison)
            .addAllPublished(PaperBeside.results(commands));
    for (var run : runs) {
      report.addRuns(NamedRun.newBuilder().setName(run.name()).setRun(run.record()));
    }
    return report.build();
  }

  private String conclusion(Comparison comparison) {
    var tested = comparison.getEntriesCount() > 0 ? Conclusions.of(comparison) : "";
    var each =
        runs.stream()
            .map(run -> "%s: %s".formatted(run.name(), OneRun.conclusion(run.record())))
            .toList();
    return Stream.of(tested.isEmpty() ? String.join(" ", each) : tested, String.join(" ", notes))
        .filter(sentence -> !sentence.isEmpty())
        .reduce((a, b) -> a + " " + b)
        .orElse("");
  }

  /** Rows of the runs with labels, then those of the earlier comparisons. */
  private Comparison.Builder comparison() {
    var whole = Comparison.newBuilder();
    var judged = runs.stream().filter(run -> run.record().hasEvaluation()).toList();
    var comparable = new ArrayList<LeftRun>();
    for (var run : judged) {
      if (run.isJudgedAs(judged.get(0))) {
        comparable.add(run);
      } else {
        notes.add(
            "%s was evaluated on other images than %s and is in no row."
                .formatted(run.name(), judged.get(0).name()));
      }
    }
    if (!comparable.isEmpty()) {
      whole.addAllEntries(tested(comparable).getEntriesList());
    }
    for (var earlier : comparisons) {
      var theirs = earlier.report().getComparison();
      var prefix = runs.size() + comparisons.size() > 1 ? earlier.name() + ": " : "";
      for (var entry : theirs.getEntriesList()) {
        if (whole.getEntriesCount() == 0 || judgedAlike(entry, whole.getEntries(0))) {
          whole.addEntries(named(prefix, entry));
        } else {
          notes.add(
              "%s%s was evaluated on other images and is in no row."
                  .formatted(prefix, entry.getProtocol()));
        }
      }
      for (var chart : theirs.getChartsList()) {
        whole.addCharts(chart.toBuilder().setTitle(prefix + chart.getTitle()));
      }
    }
    whole.setBaseline(
        whole.getEntriesList().stream()
            .filter(ComparisonEntry::hasFromBaseline)
            .map(entry -> entry.getFromBaseline().getBaseline())
            .distinct()
            .collect(joining("; ")));
    return whole.setCells(
        whole.getEntriesList().stream().mapToInt(ComparisonEntry::getRunsCount).sum());
  }

  /** The row of an earlier comparison, and the row there that it was tested against. */
  private static ComparisonEntry named(String prefix, ComparisonEntry entry) {
    var named = entry.toBuilder().setProtocol(prefix + entry.getProtocol());
    if (entry.hasFromBaseline()) {
      named.getFromBaselineBuilder().setBaseline(prefix + entry.getFromBaseline().getBaseline());
    }
    return named.build();
  }

  private static boolean judgedAlike(ComparisonEntry a, ComparisonEntry b) {
    var mine = a.getRuns(0);
    var theirs = b.getRuns(0);
    return mine.getEvaluation().getImages() == theirs.getEvaluation().getImages()
        && mine.getData().getClassesList().equals(theirs.getData().getClassesList());
  }

  /** Against the run from scratch with as many labels, where answers were kept. */
  private static Comparison tested(List<LeftRun> runs) {
    var statistics = new Statistics();
    var comparison = Comparison.newBuilder();
    Map<String, String> baselines = new HashMap<>();
    for (var run : runs) {
      var name = row(run);
      int labels = run.record().getData().getTrainingImages();
      comparison.addEntries(
          run.answers().isEmpty()
              ? Statistics.entry(name, labels, List.of(run.record()))
              : statistics.entry(List.of(run.record()), List.of(cell(run))));
      runs.stream()
          .filter(other -> isScratch(other) && !isScratch(run))
          .filter(other -> other.record().getData().getTrainingImages() == labels)
          .findFirst()
          .ifPresent(other -> baselines.put(name, row(other)));
    }
    return statistics.tested(comparison.build(), baselines);
  }

  private static boolean isScratch(LeftRun run) {
    return run.record().getCommand().equals(Protocol.SCRATCH.command());
  }

  private static String row(LeftRun run) {
    return "%s, %s".formatted(OneRun.title(run.record()), run.name());
  }

  /**
   * Its right answers, as a comparison keeps them. One run each: seeds are not what is repeated.
   */
  private static CellRecord cell(LeftRun run) {
    int labels = run.record().getData().getTrainingImages();
    return CellRecord.newBuilder()
        .setCandidate(row(run))
        .setProtocol(run.record().getCommand())
        .setBudget(String.format(Locale.ROOT, "%,d labels", labels))
        .setLabels(labels)
        .setFingerprint(run.folder().toString())
        .setImages(run.answers().size())
        .setRight(ByteString.copyFrom(Answer.right(run.answers()).toByteArray()))
        .build();
  }

  /** Of the pre-training whose checkpoint or folder a run started from, where it still lies. */
  private static OptionalDouble maskRatio(RunRecord run) {
    var start = Path.of(run.getInitialWeights());
    try {
      if (!run.hasInitialWeights()) {
        return OptionalDouble.empty();
      }
      if (Checkpoint.isIn(start)) {
        var model = Checkpoint.open(start).state().getExperiment().getModel();
        return OptionalDouble.of(percent(model.getMaskRatio()));
      }
      var record = RecordFile.read(start);
      return record.isPresent() && record.get().getExperiment().hasPretraining()
          ? OptionalDouble.of(percent(record.get().getExperiment().getModel().getMaskRatio()))
          : OptionalDouble.empty();
    } catch (IOException e) {
      // Gone since: the chart is left out.
      return OptionalDouble.empty();
    }
  }

  private static double percent(double ratio) {
    return Math.round(1000 * ratio) / 10.0;
  }
}
