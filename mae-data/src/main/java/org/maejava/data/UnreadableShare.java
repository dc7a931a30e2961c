package org.maejava.data;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Source;
import org.maejava.proto.UnreadableImage;
import org.maejava.words.Counted;

/**
 * How many of a source's images may be unreadable before it is given up.
 *
 * @param source that they are of
 * @param share that may be, of the recipe's {@code data.max_unreadable_share}
 */
public record UnreadableShare(Source source, double share) {

  private static final int NAMED = 5;

  /** Whether so many are too many: more than the share, or all there are. */
  public boolean isExceededBy(int failed) {
    return failed > 0 && (failed > share * source.size() || failed == source.size());
  }

  /** What is said then: how many, the first of them, and what can be done. */
  public DataException exceededBy(List<UnreadableImage> failed) {
    var first =
        failed.stream()
            .limit(NAMED)
            .map(image -> "%s (%s)".formatted(image.getName(), image.getReason()))
            .collect(Collectors.joining(", "));
    var named = first + (failed.size() > NAMED ? ", …" : "");
    if (failed.size() == source.size()) {
      return new DataException(
          failed.size() == 1
              ? "the only image cannot be read: " + named
              : String.format(
                  Locale.ROOT, "not one of %,d images can be read: %s", failed.size(), named));
    }
    return new DataException(
        String.format(
            Locale.ROOT,
            "%,d of %s cannot be read, more than data.max_unreadable_share %s allows: %s;"
                + " repair or remove them (`mae data verify --json` names all), or raise the share with --set 'data { max_unreadable_share: %s }'",
            failed.size(),
            Counted.of(source.size(), "image"),
            share,
            named,
            enough((double) failed.size() / source.size())));
  }

  /** A share that these are well below: others may not have been met yet. */
  private static double enough(double failed) {
    return DoubleStream.of(0.05, 0.1, 0.2, 0.5).filter(s -> s >= 2 * failed).findFirst().orElse(1);
  }
}
