package org.maejava.data.flow;

import static com.google.common.base.Preconditions.checkState;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.maejava.data.flow.Flow.Element;
import org.maejava.data.source.DataException;
import org.maejava.proto.Position;

/**
 * A pass over a {@link Dataset}. For one thread at a time; closing it ends the threads behind it
 * and frees what they had prepared.
 *
 * <p>{@link #next} passes on what went wrong on those threads: a {@link DataException} as one,
 * anything else as an {@link IllegalStateException} with the original as its cause.
 */
public final class Cursor<T> implements Iterator<T>, AutoCloseable {

  private final Flow<T> flow;
  private Position position;
  private Optional<Element<T>> ahead = Optional.empty();
  private boolean closed;

  Cursor(Flow<T> flow, Position start) {
    this.flow = flow;
    this.position = start;
  }

  /** Where to open the data set to go on with the element that {@link #next} would return. */
  public Position position() {
    return position;
  }

  @Override
  public boolean hasNext() {
    checkState(!closed, "the cursor is closed");
    if (ahead.isEmpty()) {
      ahead = flow.pull();
    }
    return ahead.isPresent();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the data set ended at epoch and index " + position);
    }
    var element = ahead.orElseThrow();
    ahead = Optional.empty();
    position = element.next();
    return element.value();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      ahead.ifPresent(Element::discard);
      flow.close();
    }
  }
}
