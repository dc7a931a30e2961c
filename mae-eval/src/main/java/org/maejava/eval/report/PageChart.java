package org.maejava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.maejava.eval.proto.Chart;
import org.maejava.eval.proto.ChartPoint;
import org.maejava.eval.proto.ChartSeries;

/**
 * A chart of the page: where it goes, what is said of it, and what its script draws.
 *
 * @param id of its element
 * @param section of the page
 * @param title empty: the section's
 * @param label what it shows, for who does not see it
 * @param shape of its element: wide, or square
 * @param rows of a chart with names down its side; 0: it has none
 * @param data for the script
 */
public record PageChart(
    String id,
    String section,
    String title,
    String label,
    String shape,
    int rows,
    String caption,
    JsonObject data) {

  private static final double PERCENT = 100;

  /** A place on a line, with the ends of its interval if it has one. */
  record Point(double x, double y, Optional<double[]> ends) {}

  /** Lines or dots by name. */
  static final class Drawing {
    private final JsonObject data = new JsonObject();
    private final JsonArray series = new JsonArray();

    /**
     * Begins.
     *
     * @param kind that the script knows: lines, dots, points
     */
    Drawing(String kind, String across, String up) {
      data.addProperty("kind", kind);
      data.addProperty("across", across);
      data.addProperty("up", up);
      data.add("series", series);
    }

    /** Names down the side, of dots. */
    Drawing rows(List<String> names) {
      var rows = new JsonArray();
      names.forEach(rows::add);
      data.add("rows", rows);
      return this;
    }

    /** Says something more of it. */
    Drawing with(String property, String value) {
      data.addProperty(property, value);
      return this;
    }

    /** Adds a series; JSON has no word for what is not finite, which leaves a gap. */
    JsonObject add(String name, List<Point> points) {
      var one = new JsonObject();
      one.addProperty("name", name);
      var all = new JsonArray();
      for (var point : points) {
        if (Double.isFinite(point.x()) && Double.isFinite(point.y())) {
          var json = new JsonObject();
          json.addProperty("x", point.x());
          json.addProperty("y", point.y());
          point
              .ends()
              .ifPresent(
                  ends -> {
                    json.addProperty("low", ends[0]);
                    json.addProperty("high", ends[1]);
                  });
          all.add(json);
        }
      }
      one.add("points", all);
      series.add(one);
      return one;
    }

    JsonObject data() {
      return data;
    }
  }

  /** One of a comparison's figures: accuracy against a number, or by name. */
  static PageChart of(Chart chart, int number) {
    var drawing = chart.getNumeric() ? numeric(chart) : named(chart);
    boolean published = chart.getSeriesList().stream().anyMatch(ChartSeries::getPublished);
    return new PageChart(
        "figure-" + number,
        "comparison",
        chart.getTitle(),
        "%s: accuracy against %s; the numbers are in the table above."
            .formatted(chart.getTitle(), chart.getAxisTitle()),
        "wide",
        chart.getNumeric() ? 0 : names(chart).size(),
        (chart.getFigure().isEmpty() ? "" : "As the paper's " + chart.getFigure() + ". ")
            + "Bars: 95 % intervals."
            + (published
                ? " Dashed: the paper's own figures, at another scale (ImageNet-1K)."
                : ""),
        drawing.data());
  }

  private static Drawing numeric(Chart chart) {
    var drawing = new Drawing("lines", chart.getAxisTitle(), "Right, %").with("marks", "yes");
    for (var series : chart.getSeriesList()) {
      var points =
          series.getPointsList().stream().map(point -> point(point.getValue(), point)).toList();
      addTo(drawing, series, points);
    }
    return drawing;
  }

  private static Drawing named(Chart chart) {
    var names = names(chart);
    var drawing = new Drawing("dots", "Right, %", "").rows(names);
    for (var series : chart.getSeriesList()) {
      var points = new ArrayList<Point>();
      for (var point : series.getPointsList()) {
        var sideways = point(0, point);
        points.add(new Point(sideways.y(), names.indexOf(point.getName()), sideways.ends()));
      }
      addTo(drawing, series, points);
    }
    return drawing;
  }

  private static List<String> names(Chart chart) {
    Set<String> names = new LinkedHashSet<>();
    chart
        .getSeriesList()
        .forEach(series -> series.getPointsList().forEach(point -> names.add(point.getName())));
    return List.copyOf(names);
  }

  private static Point point(double x, ChartPoint point) {
    return new Point(
        x,
        PERCENT * point.getAccuracy(),
        point.hasInterval()
            ? Optional.of(
                new double[] {
                  PERCENT * point.getInterval().getLow(), PERCENT * point.getInterval().getHigh()
                })
            : Optional.empty());
  }

  private static void addTo(Drawing drawing, ChartSeries series, List<Point> points) {
    drawing
        .add(series.getName() + (series.getPublished() ? " (paper, other scale)" : ""), points)
        .addProperty("published", series.getPublished());
  }
}
