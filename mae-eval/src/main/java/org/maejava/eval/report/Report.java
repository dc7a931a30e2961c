package org.maejava.eval.report;

import com.google.common.io.Resources;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.protobuf.util.JsonFormat;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.maejava.eval.compare.ComparisonTable;
import org.maejava.eval.picture.Pictures;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.task.Task;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.RunRecord;
import org.maejava.storage.WholeFile;

/**
 * What a run or a comparison of runs came to, for people and for programs.
 *
 * <p>{@code report.html} is one file that opens anywhere: pictures, style and charts are in it and
 * it loads nothing, which its content security policy enforces. {@code report.json} is the {@link
 * ReportRecord} itself in protobuf's JSON mapping, field names as in recipes.
 *
 * <p>Sections for which the record has nothing are left out, so a single pre-training or a single
 * classification run makes a report as well.
 */
public final class Report {

  /** The page's name in its folder. */
  public static final String HTML = "report.html";

  /** The record's name in its folder. */
  public static final String JSON = "report.json";

  /** Chart.js, which the build puts beside this class. */
  private static final String CHART_JS = "chart.umd.js";

  /** Rows of the loss curve's table, which stands in where there is no JavaScript. */
  private static final int CURVE_ROWS = 8;

  private final ReportRecord record;
  private final ComparisonTable table;
  private final List<Picture> pictures;

  /**
   * A picture of the report.
   *
   * @param name a short heading
   * @param caption what is to be seen, as a sentence
   * @param png the file's bytes
   */
  public record Picture(String name, String caption, ByteString png) {

    /** A picture that is not a file yet. */
    public static Picture of(String name, String caption, BufferedImage image) {
      return new Picture(name, caption, ByteString.copyFrom(Pictures.png(image)));
    }

    /** The PNG as a {@code data:} address. */
    public String address() {
      return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
    }
  }

  /**
   * A run of the report under the name it goes by there.
   *
   * @param name command, or protocol, labels and number
   */
  public record NamedRun(String name, RunRecord run) {

    /** The whole recipe as text-proto. */
    public String recipe() {
      return TextFormat.printer().printToString(run.getExperiment());
    }
  }

  /**
   * @throws IllegalArgumentException if the comparison cannot be a table: a protocol twice for one
   *     number of labels, or without a run
   */
  public Report(ReportRecord record, List<Picture> pictures) {
    this.record = record;
    this.table = new ComparisonTable(record.getComparison());
    this.pictures = List.copyOf(pictures);
  }

  /**
   * Writes both files, each of which is there whole or not at all.
   *
   * @param folder made if missing
   * @return the page
   */
  public Path write(Path folder) throws IOException {
    WholeFile.write(folder.resolve(JSON), json().getBytes(StandardCharsets.UTF_8));
    var page = folder.resolve(HTML);
    WholeFile.write(page, html().getBytes(StandardCharsets.UTF_8));
    return page;
  }

  /** The record; parsing it gives the equal message. */
  public String json() {
    try {
      return JsonFormat.printer()
              .preservingProtoFieldNames()
              .includingDefaultValueFields()
              .print(record)
          + "\n";
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the record has no JSON form: " + e.getMessage(), e);
    }
  }

  /** The page. */
  public String html() {
    var configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(Report.class, "");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    var page = new StringWriter();
    try {
      configuration.getTemplate("report.ftlh").process(model(), page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException("the report's template does not fit its record", e);
    }
    return page.toString();
  }

  private Map<String, Object> model() throws IOException {
    var model = new HashMap<String, Object>();
    model.put("record", record);
    model.put("table", table);
    model.put("pictures", pictures);
    model.put("runs", compared());
    model.put("chartJs", chartJs());
    model.put("chartData", chartData());
    main()
        .ifPresent(
            main -> {
              model.put("main", main);
              model.put("curveRows", curveRows(main.run().getCurveList()));
            });
    return model;
  }

  /** The run that the report is about: pre-training, or else the first that was compared. */
  private Optional<NamedRun> main() {
    if (record.hasPretraining()) {
      var run = record.getPretraining();
      return Optional.of(new NamedRun(heading(run), run));
    }
    return compared().stream().findFirst();
  }

  private static String heading(RunRecord run) {
    return Task.of(run.getExperiment(), run.getData().getClassesCount()).heading();
  }

  private List<NamedRun> compared() {
    var runs = new ArrayList<NamedRun>();
    for (var entry : record.getComparison().getEntriesList()) {
      for (int i = 0; i < entry.getRunsCount(); i++) {
        var number = entry.getRunsCount() > 1 ? ", run " + (i + 1) : "";
        var name =
            String.format(
                Locale.ROOT, "%s, %,d labels%s", entry.getProtocol(), entry.getLabels(), number);
        runs.add(new NamedRun(name, entry.getRuns(i)));
      }
    }
    return runs;
  }

  private static List<CurvePoint> curveRows(List<CurvePoint> curve) {
    int rows = Math.min(CURVE_ROWS, curve.size());
    return IntStream.range(0, rows)
        .mapToObj(i -> curve.get(rows == 1 ? 0 : i * (curve.size() - 1) / (rows - 1)))
        .toList();
  }

  /** What the charts show. Gson escapes the characters that could end a script element. */
  private String chartData() {
    var curve = new JsonArray();
    for (var point : main().map(main -> main.run().getCurveList()).orElse(List.of())) {
      // JSON has no word for a loss that is not finite; the chart leaves a gap.
      if (Double.isFinite(point.getLoss()) && Double.isFinite(point.getRate())) {
        var json = new JsonObject();
        json.addProperty("step", point.getStep());
        json.addProperty("epoch", point.getEpoch());
        json.addProperty("loss", point.getLoss());
        json.addProperty("rate", point.getRate());
        curve.add(json);
      }
    }
    var accuracies = new JsonArray();
    record.getComparison().getEntriesList().forEach(entry -> accuracies.add(bar(entry)));
    var gson = new Gson();
    var data = new JsonObject();
    data.add("protocols", gson.toJsonTree(table.protocols()));
    data.add("labels", gson.toJsonTree(table.labels()));
    data.add("accuracies", accuracies);
    data.add("curve", curve);
    return gson.toJson(data);
  }

  /** A mean with its error bar: one standard deviation, or the interval of a single run. */
  private static JsonObject bar(ComparisonEntry entry) {
    double mean = entry.getMeanAccuracy();
    var evaluation = entry.getRuns(0).getEvaluation();
    boolean several = entry.hasAccuracyStd();
    var bar = new JsonObject();
    bar.addProperty("protocol", entry.getProtocol());
    bar.addProperty("labels", entry.getLabels());
    bar.addProperty("runs", entry.getRunsCount());
    bar.addProperty("accuracy", mean);
    bar.addProperty("low", several ? mean - entry.getAccuracyStd() : evaluation.getAccuracyLow());
    bar.addProperty("high", several ? mean + entry.getAccuracyStd() : evaluation.getAccuracyHigh());
    return bar;
  }

  private static String chartJs() throws IOException {
    var source =
        Resources.toString(Resources.getResource(Report.class, CHART_JS), StandardCharsets.UTF_8);
    // Its last line asks a debugger to fetch a file that is not there.
    return source.replaceAll("(?m)^//# sourceMappingURL=.*$", "").strip();
  }
}
