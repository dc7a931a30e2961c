package org.maejava.train;

import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;

/**
 * Calls into a session, to be completed by what they fetch and run.
 *
 * @param session of the objective's graph
 * @param objective whose inputs are fed
 */
record Calls(Session session, Objective objective) {

  /** A call that feeds nothing yet. */
  Session.Runner empty() {
    return session.runner();
  }

  /**
   * A call that feeds a batch and fetches its loss first.
   *
   * @throws IllegalArgumentException naming an input that the batch lacks
   */
  Session.Runner lossOf(Batch batch) {
    var call = empty();
    objective
        .inputs()
        .forEach(
            (name, placeholder) -> {
              var tensor = batch.tensors().get(name);
              if (tensor == null) {
                throw new IllegalArgumentException(
                    "the batch has no %s; it has %s".formatted(name, batch.tensors().keySet()));
              }
              call.feed(placeholder, tensor);
            });
    return call.fetch(objective.loss());
  }

  /** A fetched scalar. */
  static double scalar(Result result, int index) {
    return ((TFloat32) result.get(index)).getFloat();
  }
}
