package org.maejava.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Source;
import org.maejava.proto.UnreadableImage;
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

  private final UnreadableShare permitted;
  private final boolean quiet;
  private final Map<String, String> reasons = new LinkedHashMap<>();

  /**
   * None yet.
   *
   * @param quiet whether they are not logged either
   */
  Unreadable(Source source, double share, boolean quiet) {
    permitted = new UnreadableShare(source, share);
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
    if (permitted.isExceededBy(reasons.size())) {
      throw permitted.exceededBy(soFar());
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
