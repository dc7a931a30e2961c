package org.maejava.eval.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.proto.Chart;
import org.maejava.eval.proto.ChartPoint;
import org.maejava.eval.proto.ChartSeries;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.RunRecord;

/**
 * The figures that a comparison's entries are enough for: accuracy against tuned blocks (Figure 9),
 * against labels, and against the masking ratio of the pre-training (Figure 5). An axis that a
 * chart has already is left to that.
 */
public final class AddedCharts {

  private static final int FEWEST = 2;

  /** The paper's, by axis: a chart of the same figure has that axis, whatever its title. */
  private static final Map<String, String> FIGURES =
      Map.of("blocks", "Figure 9", "mask ratio", "Figure 5");

  private final Comparison comparison;

  private AddedCharts(Comparison comparison) {
    this.comparison = comparison;
  }

  /**
   * Charts that the comparison lacks.
   *
   * @param maskRatio of the pre-training that a run started from, in percent; empty: not known
   */
  public static List<Chart> of(
      Comparison comparison, Function<RunRecord, OptionalDouble> maskRatio) {
    var added = new AddedCharts(comparison);
    return Stream.of(
            added.chart(
                "Accuracy against tuned blocks", "blocks", "tuned blocks", AddedCharts::blocks),
            added.chart(
                "Accuracy against labels",
                "labels",
                "labelled images",
                entry -> OptionalDouble.of(entry.getLabels())),
            added.chart(
                "Accuracy against masking ratio",
                "mask ratio",
                "masking ratio, percent",
                entry -> maskRatio.apply(entry.getRuns(0))))
        .flatMap(List::stream)
        .toList();
  }

  /** 0 is the linear probe, all blocks fine-tuning (paper, section 4.3). */
  private static OptionalDouble blocks(ComparisonEntry entry) {
    if (entry.getCellsCount() > 0 && entry.getCells(0).hasBlocks()) {
      return OptionalDouble.of(entry.getCells(0).getBlocks());
    }
    var experiment = entry.getRuns(0).getExperiment();
    var command = entry.getRuns(0).getCommand();
    if (command.equals(Protocol.FINETUNE.command())) {
      return OptionalDouble.of(experiment.getModel().getEncoder().getDepth());
    }
    return command.equals(Protocol.PARTIAL.command())
            || command.equals(Protocol.LINEAR_PROBE.command())
        ? OptionalDouble.of(experiment.getClassification().getLastBlocks())
        : OptionalDouble.empty();
  }

  private List<Chart> chart(
      String title,
      String axis,
      String axisTitle,
      Function<ComparisonEntry, OptionalDouble> value) {
    boolean there =
        comparison.getChartsList().stream()
            .anyMatch(
                chart ->
                    chart.getAxisTitle().equals(axisTitle)
                        || (!chart.getFigure().isEmpty()
                            && chart.getFigure().equals(FIGURES.get(axis))));
    Map<String, ChartSeries.Builder> lines = new LinkedHashMap<>();
    for (var entry : comparison.getEntriesList()) {
      var at = value.apply(entry);
      if (at.isPresent()) {
        var point =
            ChartPoint.newBuilder().setValue(at.getAsDouble()).setAccuracy(entry.getMeanAccuracy());
        Statistics.interval(entry).ifPresent(point::setInterval);
        lines
            .computeIfAbsent(line(axis, entry), name -> ChartSeries.newBuilder().setName(name))
            .addPoints(point);
      }
    }
    // Several points at one place are of something else that varies.
    lines.values().removeIf(line -> places(line) < FEWEST || places(line) < line.getPointsCount());
    if (there || lines.isEmpty() || lines.values().stream().allMatch(this::isDrawn)) {
      return List.of();
    }
    var chart = Chart.newBuilder().setTitle(title).setAxisTitle(axisTitle).setNumeric(true);
    lines.values().forEach(line -> chart.addSeries(sorted(line)));
    PaperBeside.chart(axis)
        .ifPresent(paper -> chart.setFigure(paper.getFigure()).addAllSeries(paper.getSeriesList()));
    return List.of(chart.build());
  }

  /** Whether a chart has this very line, whatever it is called. */
  private boolean isDrawn(ChartSeries.Builder line) {
    var places = placesOf(sorted(line));
    return comparison.getChartsList().stream()
        .flatMap(chart -> chart.getSeriesList().stream())
        .anyMatch(series -> placesOf(series).equals(places));
  }

  private static List<List<Double>> placesOf(ChartSeries line) {
    return line.getPointsList().stream()
        .map(point -> List.of(point.getValue(), point.getAccuracy()))
        .toList();
  }

  private static long places(ChartSeries.Builder line) {
    return line.getPointsList().stream().map(ChartPoint::getValue).distinct().count();
  }

  /** With its points from left to right. */
  public static ChartSeries sorted(ChartSeries.Builder line) {
    var points =
        line.getPointsList().stream()
            .sorted((a, b) -> Double.compare(a.getValue(), b.getValue()))
            .toList();
    return line.clearPoints().addAllPoints(points).build();
  }

  /** What stays the same along a line. */
  private static String line(String axis, ComparisonEntry entry) {
    var labels = "%,d labels".formatted(entry.getLabels());
    var run = entry.getRuns(0);
    return switch (axis) {
      case "blocks" -> labels;
      case "labels" -> entry.getProtocol();
      default -> run.getCommand() + ", " + labels;
    };
  }
}
