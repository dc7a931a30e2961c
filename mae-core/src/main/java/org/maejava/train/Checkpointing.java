package org.maejava.train;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.maejava.proto.CheckpointState;

/** Whether a training leaves checkpoints, and then where and how often. */
public sealed interface Checkpointing permits CheckpointPolicy, Checkpointing.None {

  /** For a run that is not worth resuming. */
  static Checkpointing none() {
    return new None();
  }

  /** Whether one is written after this update, whatever happens next. */
  boolean isDue(int step, int totalSteps);

  /**
   * Writes one.
   *
   * @return empty if none are kept
   * @throws IOException naming the file; earlier checkpoints are untouched
   */
  Optional<Checkpoint> write(CheckpointState state, TrainingGraph graph) throws IOException;

  /** Deletes those that are too old to be kept. */
  void prune() throws IOException;

  /**
   * Keeps the batches of an update that went wrong.
   *
   * @param step the update's number
   * @return what became of them, for a message
   */
  String keepOffending(int step, List<Batch> batches);

  /** No checkpoints. */
  record None() implements Checkpointing {
    @Override
    public boolean isDue(int step, int totalSteps) {
      return false;
    }

    @Override
    public Optional<Checkpoint> write(CheckpointState state, TrainingGraph graph) {
      return Optional.empty();
    }

    @Override
    public void prune() {}

    @Override
    public String keepOffending(int step, List<Batch> batches) {
      return "the batch was not kept, as this run writes no checkpoints";
    }
  }
}
