package org.maejava.eval.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.proto.CellRecord;
import org.maejava.eval.proto.Chart;
import org.maejava.eval.proto.ChartPlan;
import org.maejava.eval.proto.ChartPoint;
import org.maejava.eval.proto.ChartSeries;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.proto.PublishedSeries;
import org.maejava.eval.proto.WeightsPlan;
import org.maejava.eval.report.AddedCharts;

/** The data of a comparison's figures, from what is finished. */
final class Charts {

  private static final double PERCENT = 100;

  private final ComparisonPlan plan;
  private final Comparison comparison;

  private Charts(ComparisonPlan plan, Comparison comparison) {
    this.plan = plan;
    this.comparison = comparison;
  }

  /** Every figure that the plan asks for; one without a point yet is left out. */
  static List<Chart> of(ComparisonPlan plan, Comparison comparison) {
    var charts = new Charts(plan, comparison);
    return plan.getChartsList().stream()
        .map(charts::chart)
        .filter(chart -> chart.getSeriesList().stream().anyMatch(series -> !series.getPublished()))
        .toList();
  }

  private Chart chart(ChartPlan of) {
    var lines = new LinkedHashMap<String, ChartSeries.Builder>();
    boolean numeric = !of.hasWeights() || weightsOf(of).stream().allMatch(WeightsPlan::hasValue);
    switch (of.getAxisCase()) {
      case WEIGHTS -> weightsOf(of).forEach(weights -> addWeights(weights, lines));
      case BLOCKS ->
          entries().stream()
              .filter(entry -> cell(entry).hasBlocks())
              .forEach(
                  entry ->
                      add(
                          lines,
                          several(cell(entry).getWeights(), "Tuned blocks", entry),
                          cell(entry).getBlocks(),
                          "",
                          entry));
      case LABELS ->
          entries().forEach(entry -> add(lines, entry.getProtocol(), entry.getLabels(), "", entry));
      case AXIS_NOT_SET -> throw new IllegalStateException("checked before");
    }
    var chart =
        Chart.newBuilder()
            .setTitle(of.getTitle())
            .setFigure(of.getFigure())
            .setAxisTitle(of.getAxisTitle())
            .setNumeric(numeric);
    lines
        .values()
        .forEach(line -> chart.addSeries(numeric ? AddedCharts.sorted(line) : line.build()));
    of.getPublishedList().forEach(published -> chart.addSeries(published(published)));
    return chart.build();
  }

  private List<WeightsPlan> weightsOf(ChartPlan of) {
    var names = of.getWeights().getNamesList();
    return names.isEmpty()
        ? plan.getWeightsList()
        : names.stream()
            .flatMap(
                name -> plan.getWeightsList().stream().filter(each -> each.getName().equals(name)))
            .toList();
  }

  private void addWeights(WeightsPlan weights, Map<String, ChartSeries.Builder> lines) {
    entries().stream()
        .filter(entry -> cell(entry).getWeights().equals(weights.getName()))
        .forEach(
            entry -> {
              var row = entry.getProtocol().replace(", " + weights.getName(), "");
              add(lines, several("", row, entry), weights.getValue(), weights.getName(), entry);
            });
  }

  private List<ComparisonEntry> entries() {
    return comparison.getEntriesList().stream().filter(entry -> entry.getCellsCount() > 0).toList();
  }

  private static CellRecord cell(ComparisonEntry entry) {
    return entry.getCells(0);
  }

  /** A line's name: only what others do not have too. */
  private String several(String weights, String row, ComparisonEntry entry) {
    var parts = new ArrayList<String>();
    parts.add(plan.getWeightsCount() > 1 && !weights.isEmpty() ? weights : row);
    if (plan.getLabelsCount() > 1) {
      parts.add(cell(entry).getBudget());
    }
    return String.join(", ", parts);
  }

  private static void add(
      Map<String, ChartSeries.Builder> lines,
      String line,
      double value,
      String name,
      ComparisonEntry entry) {
    var point =
        ChartPoint.newBuilder().setValue(value).setName(name).setAccuracy(entry.getMeanAccuracy());
    Statistics.interval(entry).ifPresent(point::setInterval);
    lines.computeIfAbsent(line, of -> ChartSeries.newBuilder().setName(of)).addPoints(point);
  }

  private static ChartSeries published(PublishedSeries published) {
    var series = ChartSeries.newBuilder().setName(published.getName()).setPublished(true);
    for (var point : published.getPointsList()) {
      series.addPoints(
          ChartPoint.newBuilder()
              .setValue(point.getValue())
              .setName(point.getName())
              .setAccuracy(point.getAccuracy() / PERCENT));
    }
    return series.build();
  }
}
