package org.maejava.data.flow;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.maejava.data.flow.Dataset.Mapping;
import org.maejava.data.source.Source;
import org.maejava.proto.Position;
import org.maejava.random.Draws;

/**
 * The order in which a source's examples are met, epoch by epoch: the beginning of a {@link
 * Dataset}. What follows {@link #map} can no longer be reordered.
 *
 * <p>{@link Position#getIndex} counts places in the epoch's order, of all shards together, whether
 * or not the image there could be read; an index at or past the epoch's end means the next epoch.
 * So shards may go on where other shards, more or fewer, have stopped.
 */
public final class Examples {

  private final Source source;
  private final OptionalLong seed;
  private final int rank;
  private final int world;
  private final boolean endless;
  private final int repeats;

  private Examples(
      Source source, OptionalLong seed, int rank, int world, boolean endless, int repeats) {
    this.source = source;
    this.seed = seed;
    this.rank = rank;
    this.world = world;
    this.endless = endless;
    this.repeats = repeats;
  }

  static Examples of(Source source) {
    return new Examples(source, OptionalLong.empty(), 0, 1, false, 1);
  }

  /** Each epoch in an order of its own: a permutation of the whole source by (seed, epoch). */
  public Examples shuffle(long seed) {
    return new Examples(source, OptionalLong.of(seed), rank, world, endless, repeats);
  }

  /** Epoch after epoch without end. */
  public Examples repeat() {
    checkArgument(source.size() > 0, "no examples: %s cannot be repeated", source.about());
    return new Examples(source, seed, rank, world, true, repeats);
  }

  /**
   * Each example of the order met so many times in a row before the next one: repeated augmentation
   * (Hoffer et al., 2019). Epochs keep their length, so that the order's last examples are left
   * out, as in the sampler of DeiT (Touvron et al., 2021). The repeats are shared out to the ranks.
   */
  public Examples repeatEach(int repeats) {
    checkArgument(repeats > 0, "%s repeats; there must be at least one", repeats);
    return new Examples(source, seed, rank, world, endless, repeats);
  }

  /**
   * Every {@code world}-th place of the order, from {@code rank} on: together the ranks meet each
   * example once. When repeated, the last {@code size mod world} places of an epoch's order are
   * left out so that all ranks have epochs of one length.
   */
  public Examples shard(int rank, int world) {
    checkArgument(
        world > 0 && rank >= 0 && rank < world,
        "rank %s of %s; it must be at least 0 and below the number of ranks",
        rank,
        world);
    return new Examples(source, seed, rank, world, endless, repeats);
  }

  /** Places in an epoch of this shard. */
  public int epochSize() {
    return endless ? source.size() / world : (source.size() - rank + world - 1) / world;
  }

  /** See {@link Dataset#map}. */
  public <R> Dataset<R> map(Function<? super Place, R> function, int workers) {
    return places().map(function, workers);
  }

  /** See {@link Dataset#mapWith}. */
  public <R> Dataset<R> mapWith(
      Supplier<? extends Mapping<? super Place, R>> mapping, int workers) {
    return places().mapWith(mapping, workers);
  }

  /** The places as they are. */
  public Dataset<Place> places() {
    checkArgument(
        !endless || epochSize() > 0,
        "%s examples cannot be shared out to %s ranks",
        source.size(),
        world);
    return new Dataset<>(Walk::new);
  }

  /** A walk through the epochs. */
  private final class Walk implements Flow<Place> {
    private int epoch;
    private int index;
    private int[] order;

    Walk(Position start) {
      checkArgument(
          start.getEpoch() >= 0 && start.getIndex() >= 0, "there is no position %s", start);
      epoch = start.getEpoch();
      index = start.getIndex() / world;
      order = order(epoch);
    }

    @Override
    public Optional<Element<Place>> pull() {
      if (index >= epochSize()) {
        if (!endless) {
          return Optional.empty();
        }
        epoch++;
        index = 0;
        order = order(epoch);
      }
      int met = rank + world * index;
      int at = order[met / repeats];
      index++;
      var next = Position.newBuilder().setEpoch(epoch).setIndex(index * world).build();
      return Optional.of(new Element<>(new Place(source.get(at), epoch, at, met % repeats), next));
    }

    @Override
    public void close() {}
  }

  /** Fisher and Yates (Durstenfeld, 1964) on the source's own order. */
  private int[] order(int epoch) {
    var order = new int[source.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    if (seed.isPresent()) {
      var random = new Draws(seed.getAsLong()).at("order", epoch);
      for (int i = order.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
    }
    return order;
  }
}
