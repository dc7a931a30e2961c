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
  private final Deal deal;
  private final boolean endless;
  private final int repeats;

  /**
   * Which places of an order are met.
   *
   * @param rank of the one who meets them, from 0
   * @param world so many share them
   * @param share of a whole batch that each of them has
   * @param from the first place of all
   * @param to the place behind the last one
   */
  private record Deal(int rank, int world, int share, int from, int to) {

    int size() {
      return (to - from) / world;
    }

    /**
     * Of every {@code world} places in a row each rank has one. The second half of a batch is dealt
     * the other way round, so that the first image of the whole batch and its last one are the
     * first and the last of one rank's share, the second and the last but one of another's.
     */
    int place(int index) {
      int turn = index % share < share / 2 ? rank : world - 1 - rank;
      return from + world * index + turn;
    }

    /** Where the whole batch begins that has a place. */
    int batchOf(int place) {
      return place - (place - from) % (share * world);
    }
  }

  private Examples(Source source, OptionalLong seed, Deal deal, boolean endless, int repeats) {
    this.source = source;
    this.seed = seed;
    this.deal = deal;
    this.endless = endless;
    this.repeats = repeats;
  }

  static Examples of(Source source) {
    return new Examples(
        source, OptionalLong.empty(), new Deal(0, 1, 1, 0, source.size()), false, 1);
  }

  /** Each epoch in an order of its own: a permutation of the whole source by (seed, epoch). */
  public Examples shuffle(long seed) {
    return new Examples(source, OptionalLong.of(seed), deal, endless, repeats);
  }

  /** Epoch after epoch without end. */
  public Examples repeat() {
    checkArgument(source.size() > 0, "no examples: %s cannot be repeated", source.about());
    return new Examples(source, seed, deal, true, repeats);
  }

  /**
   * Each example of the order met so many times in a row before the next one: repeated augmentation
   * (Hoffer et al., 2019). Epochs keep their length, so that the order's last examples are left
   * out, as in the sampler of DeiT (Touvron et al., 2021). The repeats are shared out to the ranks.
   */
  public Examples repeatEach(int repeats) {
    checkArgument(repeats > 0, "%s repeats; there must be at least one", repeats);
    return new Examples(source, seed, deal, endless, repeats);
  }

  /**
   * One rank's share of every batch: together the ranks meet the examples that one process meets in
   * the same batch, each of them once, and a share's first and last, second and last but one, … are
   * such pairs of the whole batch too. The last {@code size mod world} places of an order are left
   * out, so that all ranks have epochs of one length.
   *
   * @param share examples of a batch that are this rank's; the whole batch has {@code world} times
   *     as many
   */
  public Examples shard(int rank, int world, int share) {
    checkArgument(
        world > 0 && rank >= 0 && rank < world,
        "rank %s of %s; it must be at least 0 and below the number of ranks",
        rank,
        world);
    checkArgument(share > 0, "a share of %s examples; it must be at least one", share);
    return new Examples(
        source, seed, new Deal(rank, world, share, 0, source.size()), endless, repeats);
  }

  /** The places of the order from one on, up to another, that excluded; one process meets all. */
  public Examples part(int from, int to) {
    checkArgument(
        from >= 0 && from <= to && to <= source.size(),
        "places %s to %s of %s",
        from,
        to,
        source.size());
    return new Examples(source, seed, new Deal(0, 1, 1, from, to), endless, repeats);
  }

  /** Places in an epoch of this shard. */
  public int epochSize() {
    return deal.size();
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
        deal.world());
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
      index = start.getIndex() / deal.world();
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
      int met = deal.place(index);
      int first = deal.batchOf(met);
      index++;
      var next = Position.newBuilder().setEpoch(epoch).setIndex(index * deal.world()).build();
      var place = new Place(source.get(order[met / repeats]), address(met), address(first));
      return Optional.of(new Element<>(place, next));
    }

    private Place.Address address(int place) {
      return new Place.Address(epoch, order[place / repeats], place % repeats);
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
