package org.maejava.eval.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.run.RunFolder;
import org.maejava.storage.IoReason;

/** What is finished of a comparison, read from its folder whoever writes there. */
public final class StudyStatus {

  private StudyStatus() {}

  /**
   * The table so far, as lines of text.
   *
   * @throws IOException if there is no comparison, or its report cannot be read
   */
  public static List<String> lines(Path folder) throws IOException {
    if (!Files.exists(folder.resolve(RunFolder.PLAN))) {
      throw new IOException(folder + " holds no comparison");
    }
    var file = folder.resolve(RunFolder.REPORT_JSON);
    if (!Files.exists(file)) {
      return List.of("no cell is finished yet");
    }
    var report = ReportRecord.newBuilder();
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(Files.readString(file, UTF_8), report);
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, IoReason.of(e)), e);
    }
    var comparison = report.getComparison();
    int done = comparison.getEntriesList().stream().mapToInt(ComparisonEntry::getRunsCount).sum();
    var lines = new ArrayList<String>();
    lines.add(
        String.format(Locale.ROOT, "%,d of %,d cells are finished", done, comparison.getCells()));
    lines.add("");
    lines.addAll(StudyReport.table(comparison));
    return lines;
  }
}
