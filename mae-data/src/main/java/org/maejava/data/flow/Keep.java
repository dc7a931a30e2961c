package org.maejava.data.flow;

import java.util.Optional;
import java.util.function.Function;

/** Maps elements on the consumer's thread and leaves out those that are mapped to nothing. */
record Keep<T, R>(Flow<T> upstream, Function<? super T, Optional<R>> choice) implements Flow<R> {

  @Override
  public Optional<Element<R>> pull() {
    while (true) {
      var element = upstream.pull();
      if (element.isEmpty()) {
        return Optional.empty();
      }
      var chosen = choice.apply(element.get().value());
      if (chosen.isPresent()) {
        return Optional.of(new Element<>(chosen.get(), element.get().next()));
      }
    }
  }

  @Override
  public void close() {
    upstream.close();
  }
}
