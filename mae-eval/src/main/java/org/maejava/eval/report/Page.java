package org.maejava.eval.report;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.maejava.config.RecipeDiff;
import org.maejava.eval.compare.ComparisonTable;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.proto.ClassAnswers;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.Interval;
import org.maejava.eval.proto.NamedRun;
import org.maejava.eval.proto.RecipeDifference;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.task.Task;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;

/** What the templates ask for: a report's record, ordered for reading. */
public final class Page {

  /** Rows of the loss curve's table, which stands in where there is no JavaScript. */
  private static final int CURVE_ROWS = 8;

  /** So many have a row each in table and chart. */
  static final int ALL_CLASSES = 40;

  private static final int LOWEST_CLASSES = 30;

  private final ReportRecord record;
  private final ComparisonTable table;
  private final List<PageChart> charts;

  Page(ReportRecord record) {
    this.record = record;
    table = new ComparisonTable(record.getComparison());
    charts = PageCharts.of(record, table, main());
  }

  /**
   * In what two runs' recipes differ.
   *
   * @param name of the one
   * @param against of the other
   */
  public record NamedDifferences(String name, String against, List<RecipeDifference> fields) {}

  /** Protocols down, labels across. */
  public ComparisonTable table() {
    return table;
  }

  /** The charts of a section. */
  public List<PageChart> charts(String section) {
    return charts.stream().filter(chart -> chart.section().equals(section)).toList();
  }

  /** What the charts show. Gson escapes the characters that could end a script element. */
  public String chartData() {
    var data = new JsonObject();
    charts.forEach(chart -> data.add(chart.id(), chart.data()));
    return new Gson().toJson(data);
  }

  /** Whether there is a run that the report is about. */
  public boolean hasMain() {
    return main().isPresent();
  }

  /** That run. */
  public NamedRun mainRun() {
    return main().orElseThrow();
  }

  /** Pre-training, or else the first that was compared. */
  private Optional<NamedRun> main() {
    if (record.hasPretraining()) {
      return Optional.of(
          NamedRun.newBuilder()
              .setName(heading(record.getPretraining()))
              .setRun(record.getPretraining())
              .build());
    }
    return compared().stream().findFirst();
  }

  /** Whether how the main run was trained is told: of several that were compared none is. */
  public boolean showsTraining() {
    return record.hasPretraining() || (compared().size() == 1 && record.getRunsCount() == 0);
  }

  /** What a run is, as a heading. */
  public String heading(RunRecord run) {
    return run.getExperiment().getTaskCase() == Experiment.TaskCase.TASK_NOT_SET
        ? run.getCommand()
        : Task.of(run.getExperiment(), run.getData().getClassesCount()).heading();
  }

  /** What a run's command does, in words. */
  public String title(RunRecord run) {
    return OneRun.title(run);
  }

  /** Every run of the comparison, by row, labels and number. */
  public List<NamedRun> compared() {
    var runs = new ArrayList<NamedRun>();
    for (var entry : record.getComparison().getEntriesList()) {
      for (int i = 0; i < entry.getRunsCount(); i++) {
        var number = entry.getRunsCount() > 1 ? ", run " + (i + 1) : "";
        runs.add(
            NamedRun.newBuilder().setName(name(entry) + number).setRun(entry.getRuns(i)).build());
      }
    }
    return runs;
  }

  private static String name(ComparisonEntry entry) {
    return String.format(Locale.ROOT, "%s, %,d labels", entry.getProtocol(), entry.getLabels());
  }

  /** Whether rows are tested against another. */
  public boolean tested() {
    return HowToRead.isTested(record.getComparison());
  }

  /** What they are tested against. */
  public String baseline() {
    return HowToRead.baseline(record.getComparison());
  }

  /** What a star says; empty where there is none. */
  public String star() {
    return HowToRead.star(record.getComparison()).orElse("");
  }

  /** How sure the accuracy of an entry is, as far as is known. */
  public Optional<Interval> interval(ComparisonEntry entry) {
    return Statistics.interval(entry);
  }

  /** What intervals and tests say, and what they do not. */
  public String howToRead() {
    return HowToRead.sentences(record.getComparison());
  }

  /** Some points of the main run's loss curve. */
  public List<CurvePoint> curveRows() {
    var curve = mainRun().getRun().getCurveList();
    int rows = Math.min(CURVE_ROWS, curve.size());
    return IntStream.range(0, rows)
        .mapToObj(i -> curve.get(rows == 1 ? 0 : i * (curve.size() - 1) / (rows - 1)))
        .toList();
  }

  /** The confusion matrix. */
  public ConfusionMatrix confusion() {
    return ConfusionMatrix.of(record.getAnswers());
  }

  /** Every class, or of many those with the lowest accuracy. */
  public List<ClassAnswers> classRows() {
    var classes = record.getAnswers().getClassesList();
    return classes.size() <= ALL_CLASSES
        ? classes
        : classes.stream()
            .filter(of -> of.getImages() > 0)
            .sorted(Comparator.comparingDouble(of -> (double) of.getRight() / of.getImages()))
            .limit(LOWEST_CLASSES)
            .toList();
  }

  /** What it took, by row. */
  public List<RowCost> costs() {
    return RowCost.of(record);
  }

  /**
   * In what the recipes of runs side by side differ from the first's of the same task: of another,
   * nearly everything does.
   */
  public List<NamedDifferences> recipeDifferences() {
    return record.getRunsList().stream()
        .flatMap(
            named -> {
              var first = firstOfTask(named.getRun());
              return first.equals(named)
                  ? Stream.empty()
                  : Stream.of(
                      new NamedDifferences(
                          named.getName(),
                          first.getName(),
                          fields(named.getRun(), first.getRun().getExperiment())));
            })
        .toList();
  }

  private NamedRun firstOfTask(RunRecord run) {
    return record.getRunsList().stream()
        .filter(
            other ->
                other.getRun().getExperiment().getTaskCase() == run.getExperiment().getTaskCase())
        .findFirst()
        .orElseThrow();
  }

  /** Of a run's recipe against another. */
  static List<RecipeDifference> fields(RunRecord here, Experiment there) {
    return RecipeDiff.between(here.getExperiment(), there).stream()
        .map(
            difference ->
                RecipeDifference.newBuilder()
                    .setPath(difference.path())
                    .setHere(difference.first())
                    .setThere(difference.second())
                    .build())
        .toList();
  }

  /** Every recipe of the report once. */
  public List<NamedRecipe> recipes() {
    var runs = new ArrayList<NamedRun>();
    if (record.hasPretraining()) {
      runs.add(mainRun());
    }
    if (record.getRunsCount() > 0) {
      runs.addAll(record.getRunsList());
    }
    for (var entry : record.getComparison().getEntriesList()) {
      entry.getRunsList().stream()
          .filter(
              run -> record.getRunsList().stream().noneMatch(named -> named.getRun().equals(run)))
          .forEach(run -> runs.add(NamedRun.newBuilder().setName(name(entry)).setRun(run).build()));
    }
    return NamedRecipe.of(runs);
  }

  /** Where what the report is about comes from. */
  public ProvenanceFacts provenance() {
    var several =
        Stream.concat(record.getRunsList().stream(), record.getComparisonsList().stream());
    var runs = several.toList();
    return ProvenanceFacts.of(runs.isEmpty() ? main().stream().toList() : runs);
  }
}
