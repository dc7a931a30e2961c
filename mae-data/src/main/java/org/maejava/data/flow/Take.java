package org.maejava.data.flow;

import java.util.Optional;

/** Ends after a number of elements. */
final class Take<T> implements Flow<T> {

  private final Flow<T> upstream;
  private long left;

  Take(Flow<T> upstream, long count) {
    this.upstream = upstream;
    this.left = count;
  }

  @Override
  public Optional<Element<T>> pull() {
    if (left == 0) {
      return Optional.empty();
    }
    left--;
    return upstream.pull();
  }

  @Override
  public void close() {
    upstream.close();
  }
}
