package org.maejava.eval.report;

import com.google.common.io.Resources;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.maejava.eval.picture.Gallery;
import org.maejava.eval.picture.Picture;
import org.maejava.eval.proto.PictureGroup;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFile;

/**
 * What a run or a comparison of runs came to, for people and for programs.
 *
 * <p>{@code report.html} is one file that opens anywhere: pictures, style and charts are in it and
 * it loads nothing, which its content security policy enforces. {@code report.json} is the {@link
 * ReportRecord} itself in protobuf's JSON mapping, field names as in recipes. {@code report.md} is
 * the page's text and tables.
 *
 * <p>Sections for which the record has nothing are left out, so a single pre-training or a single
 * classification run makes a report as well.
 */
public final class Report {

  /** The page's name in its folder. */
  public static final String HTML = "report.html";

  /** The record's name in its folder. */
  public static final String JSON = "report.json";

  /** The text's name in its folder. */
  public static final String MARKDOWN = "report.md";

  /** Chart.js, which the build puts beside this class. */
  private static final String CHART_JS = "chart.umd.js";

  private final ReportRecord record;
  private final List<Gallery> galleries;
  private final Page page;

  /**
   * @param record what it says
   * @param galleries the pictures; the record is told which there are
   * @throws IllegalArgumentException if the comparison cannot be a table: a protocol twice for one
   *     number of labels, or without a run
   */
  public Report(ReportRecord record, List<Gallery> galleries) {
    this.galleries = List.copyOf(galleries);
    var whole = record.toBuilder().clearPictures();
    for (var gallery : galleries) {
      if (!gallery.pictures().isEmpty()) {
        whole.addPictures(
            PictureGroup.newBuilder()
                .setHeading(gallery.heading())
                .setAbout(gallery.about())
                .addAllCaptions(gallery.pictures().stream().map(Picture::caption).toList()));
      }
    }
    this.record = whole.build();
    page = new Page(this.record);
  }

  /**
   * Reads what {@link #write} left.
   *
   * @throws IOException naming the file and what is wrong with it
   */
  public static ReportRecord read(Path folder) throws IOException {
    var file = folder.resolve(JSON);
    var record = ReportRecord.newBuilder();
    try {
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(Files.readString(file, StandardCharsets.UTF_8), record);
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, IoReason.of(e)), e);
    }
    return record.build();
  }

  /**
   * Writes all three files, each of which is there whole or not at all.
   *
   * @param folder made if missing
   * @return the page
   */
  public Path write(Path folder) throws IOException {
    WholeFile.write(folder.resolve(JSON), json().getBytes(StandardCharsets.UTF_8));
    WholeFile.write(folder.resolve(MARKDOWN), markdown().getBytes(StandardCharsets.UTF_8));
    var file = folder.resolve(HTML);
    WholeFile.write(file, html().getBytes(StandardCharsets.UTF_8));
    return file;
  }

  /** What it says. */
  public ReportRecord record() {
    return record;
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
    try {
      return filled(
          "report.ftlh",
          Map.of("record", record, "page", page, "galleries", galleries, "chartJs", chartJs()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page's text and tables. */
  public String markdown() {
    return filled("report.md.ftl", Map.of("record", record, "page", page)).strip() + "\n";
  }

  private static String filled(String template, Map<String, Object> model) {
    var configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(Report.class, "");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    configuration.setRegisteredCustomOutputFormats(List.of(MarkdownOutputFormat.INSTANCE));
    var page = new StringWriter();
    try {
      configuration.getTemplate(template).process(model, page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException("the report's template does not fit its record", e);
    }
    return page.toString();
  }

  private static String chartJs() throws IOException {
    var source =
        Resources.toString(Resources.getResource(Report.class, CHART_JS), StandardCharsets.UTF_8);
    // Its last line asks a debugger to fetch a file that is not there.
    return source.replaceAll("(?m)^//# sourceMappingURL=.*$", "").strip();
  }
}
