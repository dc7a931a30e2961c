package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkState;

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

/**
 * A clock on decoding, of which some is native code that nothing can stop: it runs on a thread of
 * its own, which is left to itself when the time is over.
 */
final class TimeLimit {

  /** What threads that have nothing to do take to end, and far more. */
  private static final Duration ENDING = Duration.ofSeconds(1);

  private final Duration limit;

  /** Used again and again; one that never ends does not keep the process from ending. */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          new ThreadFactoryBuilder().setNameFormat("mae-decode-%d").setDaemon(true).build());

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
    checkState(!threads.isShutdown(), "the decoder is closed");
    var task = new FutureTask<>(work::run);
    threads.execute(task);
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

  /** Ends the threads; whether that worked: what was given up may go on. */
  boolean end() {
    threads.shutdown();
    return Uninterruptibles.awaitTerminationUninterruptibly(threads, ENDING);
  }
}
