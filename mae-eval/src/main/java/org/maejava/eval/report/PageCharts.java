package org.maejava.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.maejava.eval.compare.ComparisonTable;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.proto.AnswersByClass;
import org.maejava.eval.proto.Calibration;
import org.maejava.eval.proto.ClassAnswers;
import org.maejava.eval.proto.FeatureMap;
import org.maejava.eval.proto.Interval;
import org.maejava.eval.proto.NamedRun;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.report.PageChart.Drawing;
import org.maejava.eval.report.PageChart.Point;
import org.maejava.eval.run.Accuracy;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.ProbePoint;

/** Every chart that a report has data for. */
final class PageCharts {

  private static final double PERCENT = 100;
  private static final String TRAINING = "training";
  private static final String RUNS = "runs";
  private static final String WIDE = "wide";
  private static final String LOGARITHMIC = "logarithmic";

  private PageCharts() {}

  static List<PageChart> of(ReportRecord record, ComparisonTable table, Optional<NamedRun> main) {
    var charts = new ArrayList<PageChart>();
    if (record.getComparison().getEntriesCount() > 1) {
      charts.add(comparison(record, table));
    }
    var figures = record.getComparison().getChartsList();
    for (int i = 0; i < figures.size(); i++) {
      charts.add(PageChart.of(figures.get(i), i + 1));
    }
    main.ifPresent(run -> training(run, charts));
    if (record.getRunsCount() > 0) {
      sideBySide(record.getRunsList(), charts);
    }
    if (record.hasAnswers() && record.getAnswers().getClassesCount() <= Page.ALL_CLASSES) {
      charts.add(byClass(record.getAnswers()));
    }
    if (record.hasCalibration()) {
      charts.add(reliability(record));
    }
    if (record.hasFeatureMap()) {
      charts.add(features(record.getFeatureMap()));
    }
    return charts;
  }

  /** Rows down, a dot for each number of labels. */
  private static PageChart comparison(ReportRecord record, ComparisonTable table) {
    var rows = table.protocols();
    var drawing = new Drawing("dots", "Right, %", "").rows(rows).with("shades", "yes");
    for (int labels : table.labels()) {
      var points = new ArrayList<Point>();
      for (var entry : record.getComparison().getEntriesList()) {
        if (entry.getLabels() == labels) {
          points.add(
              new Point(
                  PERCENT * entry.getMeanAccuracy(),
                  rows.indexOf(entry.getProtocol()),
                  Statistics.interval(entry).map(PageCharts::ends)));
        }
      }
      drawing.add(String.format(Locale.ROOT, "%,d labels", labels), points);
    }
    return new PageChart(
        "comparison",
        "comparison",
        "",
        "Accuracy of each row by number of labels, with intervals; the numbers are in the table above.",
        WIDE,
        rows.size() * table.labels().size(),
        "Bars: 95 % intervals.",
        drawing.data());
  }

  private static void training(NamedRun main, List<PageChart> charts) {
    var curve = main.getRun().getCurveList();
    if (!curve.isEmpty()) {
      var loss = new Drawing("lines", "Epoch", "Loss").with("scale", scale(curve));
      loss.with("beside", "Learning rate");
      loss.add("Loss", points(curve, CurvePoint::getLoss));
      loss.add("Learning rate", points(curve, CurvePoint::getRate)).addProperty("beside", true);
      charts.add(
          new PageChart(
              "curve",
              TRAINING,
              "Loss and learning rate",
              "Loss and learning rate by epoch; the numbers are in the table below.",
              WIDE,
              0,
              "Loss: means between log points%s. Dashed: the learning rate."
                  .formatted(scale(curve).equals(LOGARITHMIC) ? ", on a logarithmic axis" : ""),
              loss.data()));
      var norm = new Drawing("lines", "Epoch", "Gradient norm");
      norm.add("Gradient norm", points(curve, CurvePoint::getGradientNorm));
      charts.add(
          new PageChart(
              "gradient",
              TRAINING,
              "Gradient norm",
              "Norm of the gradient by epoch; the numbers are in the table below.",
              WIDE,
              0,
              "Before clipping, means between log points.",
              norm.data()));
    }
    var probes = main.getRun().getProbesList();
    if (!probes.isEmpty()) {
      var drawing = new Drawing("lines", "Epoch", "Right, %").with("marks", "yes");
      drawing.add("k-NN on the features", probes(probes));
      charts.add(
          new PageChart(
              "probes",
              TRAINING,
              "What the features are worth on the way",
              "Accuracy of nearest neighbours on the features by epoch; the numbers are below.",
              WIDE,
              0,
              "A vote of nearest neighbours on the features of the encoder as it was then, bars: 95 % intervals of the images.",
              drawing.data()));
    }
  }

  /** Logarithmic, since the first points would press the rest flat; not of what is not above 0. */
  private static String scale(List<CurvePoint> curve) {
    return curve.stream().allMatch(point -> point.getLoss() > 0) ? LOGARITHMIC : "linear";
  }

  private static List<Point> points(List<CurvePoint> curve, ToDoubleFunction<CurvePoint> value) {
    return curve.stream()
        .map(point -> new Point(point.getEpoch(), value.applyAsDouble(point), Optional.empty()))
        .toList();
  }

  private static List<Point> probes(List<ProbePoint> probes) {
    return probes.stream()
        .map(
            probe ->
                new Point(
                    probe.getEpoch(),
                    PERCENT * probe.getAccuracy(),
                    Optional.of(ends(probe.getImages(), probe.getAccuracy()))))
        .toList();
  }

  private static double[] ends(Interval interval) {
    return new double[] {PERCENT * interval.getLow(), PERCENT * interval.getHigh()};
  }

  private static double[] ends(int images, double accuracy) {
    var interval = Accuracy.interval(images, (int) Math.round(images * accuracy));
    return new double[] {PERCENT * interval.getLowerBound(), PERCENT * interval.getUpperBound()};
  }

  /** Losses of pre-training and of classification are of different things: a chart for each. */
  private static void sideBySide(List<NamedRun> runs, List<PageChart> charts) {
    var pretraining = runs.stream().filter(run -> isPretraining(run)).toList();
    var labelled = runs.stream().filter(run -> !isPretraining(run)).toList();
    boolean both = !pretraining.isEmpty() && !labelled.isEmpty();
    curves(both ? "Pre-training: " : "", "pretraining-", pretraining, charts);
    curves(both ? "With labels: " : "", "labelled-", labelled, charts);
    var probed = runs.stream().filter(run -> run.getRun().getProbesCount() > 0).toList();
    if (!probed.isEmpty()) {
      var drawing = new Drawing("lines", "Epoch", "Right, %").with("marks", "yes");
      probed.forEach(run -> drawing.add(run.getName(), probes(run.getRun().getProbesList())));
      charts.add(
          new PageChart(
              "runs-probes",
              RUNS,
              "What the features are worth on the way",
              "Accuracy of nearest neighbours on the features of each run by epoch.",
              WIDE,
              0,
              "A vote of nearest neighbours on the features, bars: 95 % intervals of the images.",
              drawing.data()));
    }
  }

  private static boolean isPretraining(NamedRun run) {
    return run.getRun().getExperiment().hasPretraining();
  }

  private static void curves(String prefix, String id, List<NamedRun> all, List<PageChart> charts) {
    var runs = all.stream().filter(run -> run.getRun().getCurveCount() > 0).toList();
    if (runs.isEmpty()) {
      return;
    }
    Map<String, ToDoubleFunction<CurvePoint>> lines = new LinkedHashMap<>();
    lines.put("Loss", CurvePoint::getLoss);
    lines.put("Learning rate", CurvePoint::getRate);
    lines.put("Gradient norm", CurvePoint::getGradientNorm);
    lines.forEach(
        (name, value) -> {
          boolean above =
              name.equals("Loss")
                  && runs.stream()
                      .allMatch(run -> scale(run.getRun().getCurveList()).equals(LOGARITHMIC));
          var drawing =
              new Drawing("lines", "Epoch", name).with("scale", above ? LOGARITHMIC : "linear");
          runs.forEach(
              run -> drawing.add(run.getName(), points(run.getRun().getCurveList(), value)));
          charts.add(
              new PageChart(
                  id + name.toLowerCase(Locale.ROOT).replace(' ', '-'),
                  RUNS,
                  prefix + name,
                  name + " of each run by epoch.",
                  WIDE,
                  0,
                  "Means between log points.",
                  drawing.data()));
        });
  }

  private static PageChart byClass(AnswersByClass answers) {
    var names = answers.getClassesList().stream().map(ClassAnswers::getName).toList();
    var drawing = new Drawing("dots", "Right, %", "").rows(names).with("alone", "yes");
    var points = new ArrayList<Point>();
    for (int i = 0; i < names.size(); i++) {
      var of = answers.getClasses(i);
      if (of.getImages() > 0) {
        double accuracy = (double) of.getRight() / of.getImages();
        points.add(new Point(PERCENT * accuracy, i, Optional.of(ends(of.getImages(), accuracy))));
      }
    }
    drawing.add("Right", points);
    return new PageChart(
        "classes",
        "answers",
        "Accuracy by class",
        "Accuracy of each class; the numbers are in the table below.",
        WIDE,
        names.size(),
        "Share of a class's images that are answered rightly. Bars: 95 % intervals.",
        drawing.data());
  }

  /** Accuracy against confidence, by bins; where they are the same lies the diagonal. */
  private static PageChart reliability(ReportRecord record) {
    var drawing =
        new Drawing("lines", "Sure by, %", "Right, %").with("marks", "yes").with("square", "yes");
    drawing.add("These answers", bins(record.getCalibration()));
    if (record.getCalibrated().hasAfter()) {
      drawing.add("With the fitted temperature", bins(record.getCalibrated().getAfter()));
    }
    var diagonal =
        drawing.add(
            "As right as sure",
            List.of(
                new Point(0, 0, Optional.empty()), new Point(PERCENT, PERCENT, Optional.empty())));
    diagonal.addProperty("published", true);
    diagonal.addProperty("plain", true);
    return new PageChart(
        "reliability",
        "calibration",
        "",
        "Accuracy against confidence, by bins; the numbers are in the table below.",
        "square",
        0,
        "A point for each bin with images. Below the dashed line it is surer than it is right; bars: 95 % intervals.",
        drawing.data());
  }

  private static List<Point> bins(Calibration calibration) {
    return calibration.getBinsList().stream()
        .filter(bin -> bin.getImages() > 0)
        .map(
            bin ->
                new Point(
                    PERCENT * bin.getConfidence(),
                    PERCENT * bin.getAccuracy(),
                    Optional.of(ends(bin.getImages(), bin.getAccuracy()))))
        .toList();
  }

  private static PageChart features(FeatureMap map) {
    var drawing =
        new Drawing(
            "points",
            "Component 1 (%s %% of the variance)".formatted(Percent.of(map.getFirstShare())),
            "Component 2 (%s %%)".formatted(Percent.of(map.getSecondShare())));
    for (int label = 0; label < map.getClassesCount(); label++) {
      int of = label;
      var points =
          map.getPointsList().stream()
              .filter(point -> point.hasLabel() && point.getLabel() == of)
              .map(point -> new Point(point.getX(), point.getY(), Optional.empty()))
              .toList();
      if (!points.isEmpty()) {
        drawing.add(map.getClasses(label), points);
      }
    }
    var others = map.getPointsList().stream().filter(point -> !point.hasLabel()).toList();
    if (!others.isEmpty()) {
      drawing.add(
          map.getClassesCount() > 0 ? "without label" : "images",
          others.stream()
              .map(point -> new Point(point.getX(), point.getY(), Optional.empty()))
              .toList());
    }
    return new PageChart(
        "features",
        "features",
        "",
        "Features of evaluation images on two principal components, by class; the points are in report.json.",
        "square",
        0,
        "A point for each image; a class's name switches it off and on.",
        drawing.data());
  }
}
