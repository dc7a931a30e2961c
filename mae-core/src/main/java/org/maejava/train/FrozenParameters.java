package org.maejava.train;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.maejava.model.VitNames;
import org.maejava.weights.WeightDigest;

/**
 * The parameters that a run leaves alone, proven: their bytes when it began, by digest, against
 * those when it ends. Running statistics are not among them; no gradient moves those, but the run
 * does.
 *
 * @param digests SHA-256 by name, hexadecimal
 */
record FrozenParameters(Map<String, String> digests) {

  private static final int NAMED = 5;

  /** As they are now. */
  static FrozenParameters of(TrainingGraph graph) {
    var trained =
        graph.plan().entries().stream()
            .map(entry -> entry.param().name())
            .collect(Collectors.toSet());
    return new FrozenParameters(
        WeightDigest.ofEach(
            graph.weights(), name -> !trained.contains(name) && !VitNames.isStatistic(name)));
  }

  int count() {
    return digests.size();
  }

  /**
   * Compares with what they are now.
   *
   * @throws IllegalStateException naming those whose bytes are others
   */
  void requireUnchanged(TrainingGraph graph) {
    var now = of(graph).digests();
    var changed =
        digests.keySet().stream()
            .filter(name -> !Objects.equals(digests.get(name), now.get(name)))
            .toList();
    if (!changed.isEmpty()) {
      throw new IllegalStateException(
          "training changed %d of %d frozen parameters: %s%s; its result is not what the recipe says"
              .formatted(
                  changed.size(),
                  digests.size(),
                  String.join(", ", changed.subList(0, Math.min(NAMED, changed.size()))),
                  changed.size() > NAMED ? ", …" : ""));
    }
  }
}
