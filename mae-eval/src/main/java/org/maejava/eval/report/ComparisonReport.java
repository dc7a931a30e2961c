package org.maejava.eval.report;

import static java.util.stream.Collectors.toSet;

import java.util.List;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.PublishedResult;

/** What reports of comparisons have in common. */
public final class ComparisonReport {

  private ComparisonReport() {}

  /** The paper's results of what is compared. */
  public static List<PublishedResult> published(Comparison comparison) {
    return PaperBeside.results(
        comparison.getEntriesList().stream()
            .flatMap(entry -> entry.getRunsList().stream())
            .map(run -> run.getCommand())
            .collect(toSet()));
  }
}
