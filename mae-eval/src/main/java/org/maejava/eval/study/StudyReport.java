package org.maejava.eval.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.compare.ComparisonTable;
import org.maejava.eval.compare.Running;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.look.Look;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.report.AddedCharts;
import org.maejava.eval.report.ComparisonReport;
import org.maejava.eval.report.Conclusions;
import org.maejava.eval.report.HowToRead;
import org.maejava.eval.report.Percent;
import org.maejava.eval.report.Report;
import org.maejava.eval.run.RunFolder;
import org.maejava.storage.WholeFile;

/** The report of a comparison, written again after every cell. */
final class StudyReport {

  private final Study.Request request;
  private final StudyModels models;
  private final RunFolder folder;
  private final Optional<Start> pretrained;
  private final Look look;

  /** Draws the pictures, which do not change from cell to cell. */
  StudyReport(
      Study.Request request,
      StudyModels models,
      RunFolder folder,
      List<Start> starts,
      Running running,
      ImageSet data)
      throws IOException {
    this.request = request;
    this.models = models;
    this.folder = folder;
    pretrained = starts.stream().filter(start -> start.pretraining().isPresent()).findFirst();
    look =
        pretrained.isPresent()
            ? Look.of(
                pretrained.get().experiment(),
                pretrained.get().opened().orElseThrow().file(),
                data,
                running.machine(),
                running.stop())
            : Look.nothing();
    var picture = Look.reconstruction(look.galleries());
    if (picture.isPresent()) {
      WholeFile.write(
          folder.path().resolve(RunFolder.RECONSTRUCTION), picture.get().png().toByteArray());
    }
  }

  /** Where the pictures lie. */
  Optional<Path> picture() {
    return Look.reconstruction(look.galleries())
        .map(picture -> folder.path().resolve(RunFolder.RECONSTRUCTION));
  }

  /** All its files; the page. */
  Path write(Comparison comparison) throws IOException {
    var plan = request.plan();
    var whole =
        comparison.toBuilder().setAbout(plan.getAbout()).addAllCharts(Charts.of(plan, comparison));
    if (plan.hasBaselineWeights()) {
      whole.setBaseline("the same from " + plan.getBaselineWeights());
    }
    var report =
        ReportRecord.newBuilder()
            .setTitle(plan.hasTitle() ? plan.getTitle() : request.name())
            .setQuestion(plan.getAbout())
            .setConclusion(Conclusions.of(comparison))
            .setComparison(
                whole.addAllCharts(AddedCharts.of(whole.build(), run -> OptionalDouble.empty())))
            .addAllPublished(ComparisonReport.published(comparison));
    look.featureMap().ifPresent(report::setFeatureMap);
    if (pretrained.isPresent()) {
      report.setPretraining(request.pretraining(pretrained.get()).record());
    }
    models.own().forEach(path -> report.addExports(path.toString()));
    return new Report(report.build(), look.galleries()).write(folder.path());
  }

  /**
   * A comparison as lines of text: rows, for each number of labels mean, deviation, interval; then
   * how they are read.
   */
  static List<String> table(Comparison comparison) {
    var table = new ComparisonTable(comparison);
    int width = table.protocols().stream().mapToInt(String::length).max().orElse(0);
    var head = new StringBuilder(" ".repeat(width));
    table.labels().forEach(labels -> head.append(column("%,d labels".formatted(labels))));
    var lines =
        table.protocols().stream()
            .map(
                row -> {
                  var line = new StringBuilder(row + " ".repeat(width - row.length()));
                  for (int labels : table.labels()) {
                    line.append(column(table.cell(row, labels).map(StudyReport::text).orElse("-")));
                  }
                  return line.toString().stripTrailing();
                });
    var legend = Stream.concat(Stream.of(""), HowToRead.legend(comparison).stream());
    return Stream.of(Stream.of(head.toString().stripTrailing()), lines, legend)
        .flatMap(stream -> stream)
        .toList();
  }

  private static String column(String text) {
    return String.format(Locale.ROOT, "  %-34s", text);
  }

  private static String text(ComparisonEntry entry) {
    var interval = Statistics.interval(entry);
    return "%s%s%s%s"
        .formatted(
            Percent.of(entry.getMeanAccuracy()),
            entry.hasAccuracyStd() ? " ± " + Percent.of(entry.getAccuracyStd()) : "",
            interval.isPresent()
                ? " [%s, %s]"
                    .formatted(
                        Percent.of(interval.get().getLow()), Percent.of(interval.get().getHigh()))
                : "",
            entry.getFromBaseline().getSignificant() ? " *" : "");
  }
}
