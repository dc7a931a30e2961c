package org.maejava.train;

import java.util.List;
import java.util.OptionalInt;
import org.maejava.train.TrainingGraph.StepResult;
import org.maejava.weights.NonFiniteWeightsException;

/** A loss or gradient is not finite, so training cannot go on; the message names the way back. */
public final class NonFiniteLossException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int goodStep;

  private NonFiniteLossException(String message, int goodStep) {
    super(message);
    this.goodStep = goodStep;
  }

  /**
   * What to throw after such an update.
   *
   * @param step the update's number
   * @param rate that it used
   * @param batches that it read
   * @param kept what became of them
   * @param goodStep updates done at the last good checkpoint, negative if there is none
   */
  static NonFiniteLossException at(
      int step, StepResult result, double rate, List<Batch> batches, String kept, int goodStep) {
    var images = batches.stream().flatMap(batch -> batch.names().stream()).limit(3).toList();
    return new NonFiniteLossException(
        "step %d: loss %s, gradient norm %s at rate %.3g (images %s, …); %s; %s"
            .formatted(
                step, result.loss(), result.gradientNorm(), rate, images, kept, way(goodStep)),
        goodStep);
  }

  /**
   * What to throw where an update with a finite loss left weights that are not.
   *
   * @param step the update's number
   * @param found which weights
   * @param goodStep as above
   */
  static NonFiniteLossException after(int step, NonFiniteWeightsException found, int goodStep) {
    return new NonFiniteLossException(
        "after step %d %s; %s".formatted(step, found.getMessage(), way(goodStep)), goodStep);
  }

  private static String way(int goodStep) {
    var back =
        goodStep < 0
            ? "there is no checkpoint to go back to"
            : "the last good checkpoint is that of step " + goodStep;
    return back
        + ". Go on from a checkpoint with a lower rate, or lower training.base_rate, lengthen training.warmup_epochs or set training.gradient_clip";
  }

  /** Updates done at the last good checkpoint, if there is one. */
  public OptionalInt goodStep() {
    return goodStep < 0 ? OptionalInt.empty() : OptionalInt.of(goodStep);
  }
}
