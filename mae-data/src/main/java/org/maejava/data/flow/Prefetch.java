package org.maejava.data.flow;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs the stages before it on a thread of its own, a number of elements ahead. */
final class Prefetch<T> implements Flow<T> {

  /** What the thread hands over: an element, the end, or what went wrong; nothing follows those. */
  private sealed interface Handed<T> {
    record One<T>(Element<T> element) implements Handed<T> {}

    record End<T>() implements Handed<T> {}

    record Failed<T>(Throwable cause) implements Handed<T> {}
  }

  private final Flow<T> upstream;
  private final BlockingQueue<Handed<T>> queue;
  private final Thread thread;
  private volatile boolean closed;
  private Optional<Handed<T>> last = Optional.empty();

  Prefetch(Flow<T> upstream, int elements) {
    this.upstream = upstream;
    this.queue = new ArrayBlockingQueue<>(elements);
    this.thread = new Thread(this::run, "mae-data-prefetch");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      boolean ended = false;
      while (!ended && !closed) {
        var element = upstream.pull();
        ended = element.isEmpty();
        hand(ended ? new Handed.End<>() : new Handed.One<>(element.get()));
      }
    } catch (Throwable failure) {
      hand(new Handed.Failed<>(failure));
    }
  }

  /** Waits for room in the queue until the flow is closed. */
  private void hand(Handed<T> handed) {
    boolean taken = false;
    while (!taken && !closed) {
      try {
        taken = queue.offer(handed, 1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        // close() interrupts to end the wait; the loop's condition sees that it is closed.
      }
    }
    if (!taken) {
      discard(handed);
    }
  }

  @Override
  public Optional<Element<T>> pull() {
    var handed = last.orElseGet(this::taken);
    if (handed instanceof Handed.One<T> one) {
      return Optional.of(one.element());
    }
    last = Optional.of(handed);
    if (handed instanceof Handed.Failed<T> failed) {
      throw Failures.carriedOver(failed.cause());
    }
    return Optional.empty();
  }

  private Handed<T> taken() {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      throw Failures.interrupted(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    Uninterruptibles.joinUninterruptibly(thread);
    queue.forEach(Prefetch::discard);
    queue.clear();
    upstream.close();
  }

  private static void discard(Handed<?> handed) {
    if (handed instanceof Handed.One<?> one) {
      one.element().discard();
    }
  }
}
