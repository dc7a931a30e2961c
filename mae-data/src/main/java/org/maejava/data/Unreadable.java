package org.maejava.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Source;
import org.maejava.proto.UnreadableImage;
import org.maejava.words.Counted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of a source that could not be read. Each is logged once, however often it is tried.
 *
 * <p>The limit is a share of the source's images, so a run stops at the image with which a whole
 * epoch's share is certain to exceed it: not for a few bad files that come first, and not later
 * than in the first epoch. A source of which no image can be read exceeds every share.
 */
final class Unreadable {

  private static final Logger log = LoggerFactory.getLogger(Unreadable.class);
  private static final int NAMED = 5;

  private final Source source;
  private final double share;
  private final boolean quiet;
  private final Map<String, String> reasons = new LinkedHashMap<>();

  /**
   * None yet.
   *
   * @param quiet whether they are not logged either
   */
  Unreadable(Source source, double share, boolean quiet) {
    this.source = source;
    this.share = share;
    this.quiet = quiet;
  }

  /**
   * The sample, or nothing if the image is skipped.
   *
   * @throws DataException if too many have been
   */
  synchronized Optional<Sample> check(Attempt attempt) {
    if (attempt instanceof Attempt.Success success) {
      return Optional.of(success.sample());
    }
    var image = ((Attempt.Failure) attempt).image();
    if (reasons.putIfAbsent(image.getName(), image.getReason()) == null && !quiet) {
      log.warn("skipped {}: {}", image.getName(), image.getReason());
    }
    requireFew();
    return Optional.empty();
  }

  private void requireFew() {
    int failed = reasons.size();
    if (failed > 0 && (failed > share * source.size() || failed == source.size())) {
      throw new DataException(tooMany(failed));
    }
  }

  /** Goes on from those that an interrupted run met; they count, but are not logged again. */
  synchronized void restore(List<UnreadableImage> before) {
    before.forEach(image -> reasons.putIfAbsent(image.getName(), image.getReason()));
  }

  /** As {@link #restore}, of those that others met meanwhile. */
  synchronized void add(List<UnreadableImage> others) {
    restore(others);
    requireFew();
  }

  private String tooMany(int failed) {
    var first =
        reasons.entrySet().stream()
            .limit(NAMED)
            .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
            .collect(Collectors.joining(", "));
    var more = failed > NAMED ? ", …" : "";
    if (failed == source.size()) {
      return "%s be read: %s%s"
          .formatted(
              failed == 1
                  ? "the only image cannot"
                  : String.format(Locale.ROOT, "not one of %,d images can", failed),
              first,
              more);
    }
    return String.format(
        "%,d of %s cannot be read, more than data.max_unreadable_share %s allows: %s%s;"
            + " repair or remove them (`mae data verify` names all), or raise the share with --set 'data { max_unreadable_share: %s }'",
        failed,
        Counted.of(source.size(), "image"),
        share,
        first,
        more,
        enough((double) failed / source.size()));
  }

  /** A share that these are well below: others may not have been met yet. */
  private static double enough(double failed) {
    return DoubleStream.of(0.05, 0.1, 0.2, 0.5).filter(s -> s >= 2 * failed).findFirst().orElse(1);
  }

  /** All so far, in the order in which they were met. */
  synchronized List<UnreadableImage> soFar() {
    return reasons.entrySet().stream()
        .map(
            entry ->
                UnreadableImage.newBuilder()
                    .setName(entry.getKey())
                    .setReason(entry.getValue())
                    .build())
        .toList();
  }
}
