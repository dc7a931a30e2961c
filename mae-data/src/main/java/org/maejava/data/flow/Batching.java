package org.maejava.data.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.maejava.data.flow.Dataset.Remainder;
import org.maejava.data.source.DataException;
import org.maejava.proto.Position;

/** Groups elements of one epoch. */
final class Batching<T, R> implements Flow<R> {

  private final Flow<T> upstream;
  private final int size;
  private final Remainder remainder;
  private final BiFunction<List<T>, Position, R> collate;

  /** The first element of the next epoch, pulled while the last epoch's group was filled. */
  private Optional<Element<T>> ahead = Optional.empty();

  private int epochsWithoutBatch;

  Batching(
      Flow<T> upstream, int size, Remainder remainder, BiFunction<List<T>, Position, R> collate) {
    this.upstream = upstream;
    this.size = size;
    this.remainder = remainder;
    this.collate = collate;
  }

  @Override
  public Optional<Element<R>> pull() {
    while (true) {
      var group = group();
      boolean full = group.size() == size;
      if (full || (remainder == Remainder.KEEP && !group.isEmpty())) {
        epochsWithoutBatch = 0;
        return Optional.of(collated(group));
      }
      group.forEach(Element::discard);
      if (ahead.isEmpty()) {
        return Optional.empty();
      }
      // One epoch may end without a batch when the pass was opened near its end; two may not.
      if (++epochsWithoutBatch == 2) {
        throw new DataException(
            "no epoch has "
                + size
                + " readable images, so a batch of that size is never full: lower"
                + " training.batch_size or add images");
      }
    }
  }

  /**
   * Up to a batch of elements of one epoch; what follows them in {@code ahead} if they ended it.
   */
  private List<Element<T>> group() {
    var group = new ArrayList<Element<T>>(size);
    while (group.size() < size) {
      var element = ahead.isPresent() ? ahead : upstream.pull();
      ahead = Optional.empty();
      if (element.isEmpty()) {
        return group;
      }
      if (!group.isEmpty() && epoch(group.get(0)) != epoch(element.get())) {
        ahead = element;
        return group;
      }
      group.add(element.get());
    }
    return group;
  }

  private static int epoch(Element<?> element) {
    return element.next().getEpoch();
  }

  private Element<R> collated(List<Element<T>> group) {
    var next = group.get(group.size() - 1).next();
    return new Element<>(collate.apply(group.stream().map(Element::value).toList(), next), next);
  }

  @Override
  public void close() {
    ahead.ifPresent(Element::discard);
    upstream.close();
  }
}
