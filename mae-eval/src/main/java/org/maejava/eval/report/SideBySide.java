package org.maejava.eval.report;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
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

  /** What the others are put beside. */
  private String comparedTo = "";

  /** What was evaluated on other images than the first and is in no row, by name. */
  private final List<String> elsewhere = new ArrayList<>();

  /** Whose answers were not kept, so that nothing can be tested against them, by name. */
  private final List<String> unanswered = new ArrayList<>();

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
    for (var earlier : comparisons) {
      report.addComparisons(
          NamedRun.newBuilder().setName(earlier.name()).setRun(first(earlier.report())));
    }
    return report.build();
  }

  /** What a comparison began with: pre-training, or else its first cell. */
  private static RunRecord first(ReportRecord comparison) {
    var run =
        comparison.hasPretraining()
            ? comparison.getPretraining()
            : comparison.getComparison().getEntriesCount() > 0
                ? comparison.getComparison().getEntries(0).getRuns(0)
                : RunRecord.getDefaultInstance();
    return run.toBuilder().clearCurve().clearProbes().clearUnreadable().build();
  }

  private String conclusion(Comparison comparison) {
    var tested = comparison.getEntriesCount() > 0 ? Conclusions.of(comparison) : "";
    var each =
        runs.stream().map(run -> "%s: %s".formatted(run.name(), OneRun.conclusion(run.record())));
    var all =
        Stream.concat(
                each,
                comparisons.stream()
                    .map(
                        earlier ->
                            "%s: %s".formatted(earlier.name(), earlier.report().getConclusion())))
            .collect(Collectors.joining(" "));
    var others =
        elsewhere.isEmpty()
            ? ""
            : "Evaluated on other images than %s, and so in no row: %s."
                .formatted(comparedTo, String.join(", ", elsewhere));
    var untested =
        unanswered.isEmpty()
            ? ""
            : "There is no answers.jsonl in the folder of %s: differences from it and their tests are left out."
                .formatted(String.join(", nor of ", unanswered));
    return Stream.of(tested.isEmpty() ? all : tested, untested, others)
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
        elsewhere.add(run.name());
      }
    }
    if (!comparable.isEmpty()) {
      comparedTo = judged.get(0).name();
      if (comparable.size() > 1) {
        comparable.stream()
            .filter(run -> run.answers().isEmpty())
            .map(LeftRun::name)
            .forEach(unanswered::add);
      }
      whole.addAllEntries(tested(comparable).getEntriesList());
    }
    for (var earlier : comparisons) {
      var theirs = earlier.report().getComparison();
      var prefix = runs.size() + comparisons.size() > 1 ? earlier.name() + ": " : "";
      // The rows of one comparison are of the same images.
      if (theirs.getEntriesCount() > 0 && whole.getEntriesCount() == 0) {
        comparedTo = earlier.name();
      }
      if (theirs.getEntriesCount() == 0
          || whole.getEntriesCount() == 0
          || judgedAlike(theirs.getEntries(0), whole.getEntries(0))) {
        theirs.getEntriesList().forEach(entry -> whole.addEntries(named(prefix, entry)));
      } else {
        elsewhere.add(earlier.name());
      }
      for (var chart : theirs.getChartsList()) {
        whole.addCharts(chart.toBuilder().setTitle(prefix + chart.getTitle()));
      }
    }
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
  private Comparison tested(List<LeftRun> runs) {
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

  /** What the run is, with its name where others are the same. */
  private String row(LeftRun run) {
    var title = OneRun.title(run.record());
    boolean alone =
        runs.stream().filter(other -> OneRun.title(other.record()).equals(title)).count() == 1;
    return alone ? title : "%s, %s".formatted(title, run.name());
  }

  /**
   * Its right answers, as a comparison keeps them. One run each: seeds are not what is repeated.
   */
  private CellRecord cell(LeftRun run) {
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
