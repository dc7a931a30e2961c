package org.maejava.data.flow;

import java.util.Optional;
import org.maejava.proto.Position;

/** What stages are made of: elements are pulled one by one, each with the position after it. */
interface Flow<T> extends AutoCloseable {

  /** The next element, or empty at the end, and at every later call. */
  Optional<Element<T>> pull();

  /** Ends the threads behind it and closes what was made but not pulled. */
  @Override
  void close();

  /**
   * An element on its way.
   *
   * @param value the element
   * @param next where to open to go on after it; its epoch is the element's own
   */
  record Element<T>(T value, Position next) {

    /** Frees a value that is not handed out. */
    void discard() {
      if (value instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception e) {
          throw new IllegalStateException("an element could not be closed", e);
        }
      }
    }
  }
}
