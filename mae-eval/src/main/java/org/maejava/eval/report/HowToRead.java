package org.maejava.eval.report;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;

/**
 * What the intervals, tests and stars of a comparison's tables say, and what they do not; the same
 * on the terminal, on the page and in its text.
 */
public final class HowToRead {

  private HowToRead() {}

  /** What stands below a table of text, in lines. */
  public static List<String> legend(Comparison comparison) {
    if (comparison.getEntriesCount() == 0) {
      return List.of();
    }
    var interval =
        hasSeveral(comparison)
            ? "bootstrap over seeds and images"
                + (hasOne(comparison) ? "; of a single run Wilson's" : "")
            : "Wilson's, of the images";
    var lines = new ArrayList<String>();
    lines.add(
        "Right, in percent%s [95 %% interval: %s]"
            .formatted(hasSeveral(comparison) ? ", ± deviation over seeds" : "", interval));
    star(comparison).ifPresent(lines::add);
    return lines;
  }

  /** What a star beside a figure says; empty if no figure has one. */
  static Optional<String> star(Comparison comparison) {
    return comparison.getEntriesList().stream()
            .anyMatch(entry -> entry.getFromBaseline().getSignificant())
        ? Optional.of(
            "* more than chance away from %s, at 5 %% after correction for all tests of the comparison"
                .formatted(
                    baselines(comparison).count() > 1 && comparison.getBaseline().isEmpty()
                        ? "the row that it is tested against"
                        : baseline(comparison)))
        : Optional.empty();
  }

  /** What rows are tested against, in words. */
  static String baseline(Comparison comparison) {
    return comparison.getBaseline().isEmpty()
        ? baselines(comparison).collect(joining("; "))
        : comparison.getBaseline();
  }

  private static Stream<String> baselines(Comparison comparison) {
    return comparison.getEntriesList().stream()
        .filter(ComparisonEntry::hasFromBaseline)
        .map(entry -> entry.getFromBaseline().getBaseline())
        .distinct();
  }

  /** Whether rows are tested against another. */
  static boolean isTested(Comparison comparison) {
    return comparison.getEntriesList().stream().anyMatch(ComparisonEntry::hasFromBaseline);
  }

  /** All of it, in sentences. */
  static String sentences(Comparison comparison) {
    var sentences = new ArrayList<String>();
    if (hasSeveral(comparison)) {
      sentences.add(
          "The 95 % interval of a mean over runs is a percentile bootstrap over the evaluation images"
              + " and the seeds together; that of a single run, also of each in the list of them, is"
              + " Wilson's score interval, of the images alone.");
    } else {
      sentences.add(
          "The 95 % interval (Wilson's score interval) says how far the accuracy could move if other"
              + " images of the same kind had been evaluated. It knows nothing of other seeds or of"
              + " another choice of labelled images.");
    }
    if (isTested(comparison)) {
      sentences.add(
          "Differences are tested on the same images, labels and seeds: with one seed by McNemar's exact"
              + " test, with several by an analysis of variance in which seeds and images are both"
              + " random; their intervals are bootstrapped, paired. The p-values are corrected for all"
              + " tests of this comparison (Holm).");
    }
    return String.join(" ", sentences);
  }

  private static boolean hasSeveral(Comparison comparison) {
    return comparison.getEntriesList().stream().anyMatch(entry -> entry.getRunsCount() > 1);
  }

  private static boolean hasOne(Comparison comparison) {
    return comparison.getEntriesList().stream().anyMatch(entry -> entry.getRunsCount() == 1);
  }
}
