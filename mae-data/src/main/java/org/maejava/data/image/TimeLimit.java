package org.maejava.data.image;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A clock on decoding, of which some is native code that nothing can stop: it runs on a thread of
 * its own, which is left to itself when the time is over.
 */
final class TimeLimit {

  /** Threads that decoded are used again; such as never end do not keep the process from ending. */
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          new ThreadFactoryBuilder().setNameFormat("mae-data-decode-%d").setDaemon(true).build());

  private final Duration limit;
  private final AtomicInteger running = new AtomicInteger();

  TimeLimit(Duration limit) {
    this.limit = limit;
  }

  /** What makes an image. */
  interface Work<T> {
    T run() throws UnreadableImageException;
  }

  /**
   * The result of the work.
   *
   * @throws UnreadableImageException also if the work takes too long; it is interrupted, and goes
   *     on if it does not look at that
   */
  <T> T of(Work<T> work) throws UnreadableImageException {
    var task = new FutureTask<>(() -> counted(work));
    THREADS.execute(task);
    try {
      return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(task, limit));
    } catch (TimeoutException e) {
      task.cancel(/* mayInterruptIfRunning= */ true);
      throw new UnreadableImageException(
          "decoding it takes longer than %s seconds".formatted(limit.toMillis() / 1e3), e);
    } catch (ExecutionException e) {
      var cause = Objects.requireNonNullElse(e.getCause(), e);
      Throwables.throwIfInstanceOf(cause, UnreadableImageException.class);
      Throwables.throwIfUnchecked(cause);
      throw new IllegalStateException(cause);
    }
  }

  private <T> T counted(Work<T> work) throws UnreadableImageException {
    running.incrementAndGet();
    try {
      return work.run();
    } finally {
      running.decrementAndGet();
    }
  }

  /** Whether some work that was given up goes on; asked when no other is under way. */
  boolean isLeftRunning() {
    return running.get() > 0;
  }
}
