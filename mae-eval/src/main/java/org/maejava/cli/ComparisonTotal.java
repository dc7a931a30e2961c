package org.maejava.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.maejava.eval.study.Estimates;
import org.maejava.eval.study.Study;
import org.maejava.words.Counted;

/** All comparisons of a command together; weights that several of them need count once. */
final class ComparisonTotal {

  private final Set<Path> pretraining = new HashSet<>();
  private final Set<Path> trained = new HashSet<>();
  private final Map<Path, Double> pretrainingSeconds = new HashMap<>();
  private double cellSeconds;
  private int comparisons;
  private int cells;
  private int finished;

  void add(Study.Extent extent) {
    comparisons++;
    pretraining.addAll(extent.pretraining().values());
    trained.addAll(extent.trained());
    cells += extent.cells();
    finished += extent.finished();
  }

  /** What one that was added will take. */
  void add(Study.Extent extent, Estimates estimates) {
    cellSeconds += estimates.cellSeconds();
    estimates
        .pretraining()
        .forEach(
            (name, seconds) ->
                pretrainingSeconds.put(
                    extent.pretraining().getOrDefault(name, Path.of(name)), seconds));
  }

  /** Before the first. */
  String begun() {
    return String.format(
        Locale.ROOT,
        "%s: %s (%,d finished), %s (%,d finished)",
        Counted.of(comparisons, "comparison"),
        Counted.of(pretraining.size(), "pre-training"),
        trained.size(),
        Counted.of(cells, "cell"),
        finished);
  }

  /** After the last. */
  String finished() {
    return "all %s are finished: %s, %s"
        .formatted(
            Counted.of(comparisons, "comparison"),
            Counted.of(pretraining.size(), "pre-training"),
            Counted.of(cells, "cell"));
  }

  /** After the last, of which none was run. */
  String estimated() {
    double seconds =
        cellSeconds + pretrainingSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
    return "%s together: %s, %s, about %s; what several need is pre-trained once"
        .formatted(
            Counted.of(comparisons, "comparison"),
            Counted.of(pretraining.size(), "pre-training"),
            Counted.of(cells, "cell"),
            EstimatesText.time(seconds));
  }
}
