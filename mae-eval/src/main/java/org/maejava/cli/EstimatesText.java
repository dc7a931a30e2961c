package org.maejava.cli;

import com.google.common.base.Strings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.maejava.eval.study.Estimates;
import org.maejava.words.Counted;

/** What a comparison is estimated to take, as lines of text. */
final class EstimatesText {

  private EstimatesText() {}

  static List<String> lines(Estimates estimates) {
    var lines = new ArrayList<String>();
    var keys = estimates.cells().keySet();
    int rows = keys.stream().mapToInt(key -> key.candidate().name().length()).max().orElse(1);
    int columns = keys.stream().mapToInt(key -> key.budget().name().length()).max().orElse(1);
    estimates
        .pretraining()
        .forEach(
            (name, seconds) ->
                lines.add(
                    "%s  %s"
                        .formatted(
                            Strings.padEnd("pre-training " + name, rows + columns + 10, ' '),
                            time(seconds))));
    estimates
        .cells()
        .forEach(
            (key, seconds) ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "%s  %s  seed %-3d %s",
                        Strings.padEnd(key.candidate().name(), rows, ' '),
                        Strings.padEnd(key.budget().name(), columns, ' '),
                        key.seed(),
                        time(seconds))));
    lines.add(
        "%s, about %s in all, by a few steps of each network; the report after each is not in it"
            .formatted(Counted.of(estimates.cells().size(), "cell"), time(estimates.total())));
    return lines;
  }

  private static String time(OptionalDouble seconds) {
    return seconds.isEmpty() ? "?" : time(seconds.getAsDouble());
  }

  /** Seconds, minutes or hours. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? "%d s".formatted(whole)
        : whole < 3600
            ? "%d min %d s".formatted(whole / 60, whole % 60)
            : "%d h %d min".formatted(whole / 3600, whole / 60 % 60);
  }
}
