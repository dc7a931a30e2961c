package org.maejava.data.flow;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.maejava.data.flow.Dataset.Mapping;
import org.maejava.proto.Position;

/** Maps a bounded number of elements at a time on its own threads and gives them out in order. */
final class ParallelMap<T, R> implements Flow<R> {

  /** Elements under way for each worker: enough that none waits for the slowest. */
  static final int AHEAD = 4;

  private record UnderWay<R>(Future<R> value, Position next) {}

  private final Flow<T> upstream;
  private final Mapping<? super T, R> mapping;
  private final ExecutorService workers;
  private final int limit;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final Deque<UnderWay<R>> underWay = new ArrayDeque<>();

  ParallelMap(Flow<T> upstream, Mapping<? super T, R> mapping, int workers) {
    this.upstream = upstream;
    this.mapping = mapping;
    this.limit = AHEAD * workers;
    this.workers = Executors.newFixedThreadPool(workers, this::thread);
  }

  private Thread thread(Runnable work) {
    var thread = new Thread(work, "mae-data-map-" + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  @Override
  public Optional<Element<R>> pull() {
    while (underWay.size() < limit) {
      var element = upstream.pull();
      if (element.isEmpty()) {
        break;
      }
      var value = element.get().value();
      underWay.add(
          new UnderWay<>(workers.submit(() -> mapping.apply(value)), element.get().next()));
    }
    if (underWay.isEmpty()) {
      return Optional.empty();
    }
    var first = underWay.remove();
    return Optional.of(new Element<>(await(first.value()), first.next()));
  }

  private static <R> R await(Future<R> value) {
    try {
      return value.get();
    } catch (ExecutionException e) {
      throw Failures.carriedOver(Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      throw Failures.interrupted(e);
    }
  }

  /** Waits for the elements that are being worked on: they may be inside native code. */
  @Override
  public void close() {
    workers.shutdownNow();
    threads.forEach(Uninterruptibles::joinUninterruptibly);
    underWay.clear();
    mapping.close();
    upstream.close();
  }
}
