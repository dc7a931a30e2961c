package org.maejava.eval.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.maejava.eval.compare.CellKey;
import org.maejava.eval.compare.Cells;
import org.maejava.eval.report.Report;
import org.maejava.eval.run.RunFolder;
import org.maejava.words.Counted;

/** What is finished of a comparison, read from its folder whoever writes there. */
final class StudyStatus {

  private StudyStatus() {}

  /**
   * The table so far, as lines of text.
   *
   * @param keys of the comparison as it is described now, which may not be as it was run last
   * @throws IllegalArgumentException if there is no comparison
   * @throws IOException if its report cannot be read
   */
  static List<String> lines(Path folder, List<CellKey> keys, Cells cells) throws IOException {
    if (!Files.exists(folder.resolve(RunFolder.PLAN))) {
      throw new IllegalArgumentException(folder + " holds no comparison");
    }
    long done = keys.stream().filter(cells::isThere).count();
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d of %s finished",
            done,
            Counted.of(keys.size(), "cell is", "cells are")));
    var file = folder.resolve(RunFolder.REPORT_JSON);
    if (Files.exists(file)) {
      var comparison = Report.read(folder).getComparison();
      if (comparison.getCells() != keys.size()) {
        lines.add(
            "the table is that of the %s which the comparison had when it was run last"
                .formatted(Counted.of(comparison.getCells(), "cell")));
      }
      lines.add("");
      lines.addAll(StudyReport.table(comparison));
    }
    return lines;
  }
}
