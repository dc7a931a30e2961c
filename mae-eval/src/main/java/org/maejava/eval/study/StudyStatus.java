package org.maejava.eval.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.report.Report;
import org.maejava.eval.run.RunFolder;
import org.maejava.words.Counted;

/** What is finished of a comparison, read from its folder whoever writes there. */
public final class StudyStatus {

  private StudyStatus() {}

  /**
   * The table so far, as lines of text.
   *
   * @throws IllegalArgumentException if there is no comparison
   * @throws IOException if its report cannot be read
   */
  public static List<String> lines(Path folder) throws IOException {
    if (!Files.exists(folder.resolve(RunFolder.PLAN))) {
      throw new IllegalArgumentException(folder + " holds no comparison");
    }
    var file = folder.resolve(RunFolder.REPORT_JSON);
    if (!Files.exists(file)) {
      return List.of("no cell is finished yet");
    }
    var comparison = Report.read(folder).getComparison();
    int done = comparison.getEntriesList().stream().mapToInt(ComparisonEntry::getRunsCount).sum();
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d of %s finished",
            done,
            Counted.of(comparison.getCells(), "cell is", "cells are")));
    lines.add("");
    lines.addAll(StudyReport.table(comparison));
    return lines;
  }
}
