package org.maejava.data.flow;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.maejava.data.source.Source;
import org.maejava.proto.Position;

/**
 * A lazily evaluated sequence in the manner of tf.data: a recipe of stages that does nothing until
 * it is {@linkplain #open opened}, and may be opened often.
 *
 * <p>It begins with the {@link Examples} of a source, whose order is a function of (seed, epoch).
 * Every element is a function of its example, epoch and index. So a pass is the same on any number
 * of threads, and one that is opened at a {@link Cursor#position} gives exactly the elements that
 * the interrupted pass would have given.
 */
public final class Dataset<T> {

  /** What a batch does with the elements at an epoch's end that do not fill it. */
  public enum Remainder {
    /** They are left out; training. */
    DROP,
    /** They are a smaller batch; evaluation. */
    KEEP
  }

  /** Work on one element that holds resources; made when the data set is opened, closed with it. */
  public interface Mapping<T, R> extends AutoCloseable {

    /** Called by many threads at once. */
    R apply(T element);

    @Override
    void close();

    /** Work that has nothing to close. */
    static <T, R> Mapping<T, R> of(Function<? super T, R> function) {
      return new Mapping<>() {
        @Override
        public R apply(T element) {
          return function.apply(element);
        }

        @Override
        public void close() {}
      };
    }
  }

  private final Function<Position, Flow<T>> stages;

  Dataset(Function<Position, Flow<T>> stages) {
    this.stages = stages;
  }

  /** The examples of a source, once, in its order. */
  public static Examples of(Source source) {
    return Examples.of(source);
  }

  /**
   * Elements mapped on worker threads. Order is kept, and at most {@value ParallelMap#AHEAD}
   * elements for each worker are under way.
   */
  public <R> Dataset<R> map(Function<? super T, R> function, int workers) {
    return mapWith(() -> Mapping.of(function), workers);
  }

  /** As {@link #map}, for work that holds resources: it is made once for each cursor. */
  public <R> Dataset<R> mapWith(Supplier<? extends Mapping<? super T, R>> mapping, int workers) {
    checkArgument(workers > 0, "%s workers; there must be at least one", workers);
    return new Dataset<>(at -> new ParallelMap<>(stages.apply(at), mapping.get(), workers));
  }

  /** Elements mapped on the consumer's thread, those mapped to nothing left out. */
  public <R> Dataset<R> keep(Function<? super T, Optional<R>> choice) {
    return new Dataset<>(at -> new Keep<>(stages.apply(at), choice));
  }

  /**
   * Elements in groups that never span two epochs.
   *
   * @param size elements in a batch
   * @param collate makes the batch of its elements and the position after the last of them
   */
  public <R> Dataset<R> batch(
      int size, Remainder remainder, BiFunction<List<T>, Position, R> collate) {
    checkArgument(size > 0, "batch size %s; it must be at least 1", size);
    return new Dataset<>(at -> new Batching<>(stages.apply(at), size, remainder, collate));
  }

  /** The first elements from wherever it is opened. */
  public Dataset<T> take(long count) {
    checkArgument(count >= 0, "%s elements cannot be taken", count);
    return new Dataset<>(at -> new Take<>(stages.apply(at), count));
  }

  /** Everything before this stage runs on a thread of its own, this many elements ahead. */
  public Dataset<T> prefetch(int elements) {
    checkArgument(elements > 0, "%s elements ahead; there must be at least one", elements);
    return new Dataset<>(at -> new Prefetch<>(stages.apply(at), elements));
  }

  /** A pass from the beginning. */
  public Cursor<T> open() {
    return open(Position.getDefaultInstance());
  }

  /** A pass from a position, such as a batch's {@code next} or a cursor's position. */
  public Cursor<T> open(Position start) {
    return new Cursor<>(stages.apply(start), start);
  }
}
