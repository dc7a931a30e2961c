package org.maejava.train;

import java.util.Optional;
import java.util.function.Consumer;
import org.maejava.cluster.Workers;
import org.maejava.train.TrainingGraph.StepResult;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.StepStats;
import org.tensorflow.types.TFloat32;

/** Calls into a session, to be completed by what they fetch and run. */
final class Calls {

  private static final RunOptions TRACED =
      RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();

  private final Session session;
  private final Objective objective;
  private final Operand<TFloat32> loss;
  private final Workers workers;
  private Optional<Consumer<StepStats>> tracer = Optional.empty();

  /**
   * None yet.
   *
   * @param session of the objective's graph
   * @param objective whose inputs are fed
   * @param loss of all workers' shares of a batch
   */
  Calls(Session session, Objective objective, Operand<TFloat32> loss, Workers workers) {
    this.session = session;
    this.objective = objective;
    this.loss = loss;
    this.workers = workers;
  }

  /** From now on every call is timed, operation by operation. */
  void trace(Consumer<StepStats> tracer) {
    this.tracer = Optional.of(tracer);
  }

  /** A call that feeds nothing yet. */
  Session.Runner empty() {
    return session.runner();
  }

  /**
   * Makes a call; the result is the caller's to close.
   *
   * @throws org.maejava.cluster.WorkerLostException if another worker does not answer
   */
  Result run(Session.Runner call) {
    try {
      return tracer.isEmpty() ? call.run() : traced(call);
    } catch (TensorFlowException e) {
      throw workers.explain(e);
    }
  }

  private Result traced(Session.Runner call) {
    var result = call.setOptions(TRACED).runAndFetchMetadata();
    tracer.get().accept(result.getMetadata().orElseThrow().getStepStats());
    return result;
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
    return call.fetch(loss);
  }

  /** A fetched scalar. */
  static double scalar(Result result, int index) {
    return ((TFloat32) result.get(index)).getFloat();
  }

  /** What an update reports of itself beside the loss: gradient norm, whether anybody stops. */
  static StepResult report(double loss, Result result, int index) {
    var report = (TFloat32) result.get(index);
    return new StepResult(loss, report.getFloat(0), report.getFloat(1) > 0);
  }
}
