package org.maejava.eval.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.maejava.eval.task.Protocol;

/**
 * A run as it is asked for.
 *
 * @param recipe a name or file; empty: that of the run before, or of the weights' family
 * @param changes text-proto that wins over the recipe
 * @param data a spec; empty: that of the run before, or the bundled images
 * @param weights to start from; empty: random, or what the run before started from
 * @param keepHead whether a head that the weights have is kept
 * @param checkpointEvery updates between two checkpoints
 * @param keepCheckpoints how many of the newest are kept
 */
public record RunRequest(
    Protocol protocol,
    RunFolder folder,
    Start start,
    Optional<String> recipe,
    List<String> changes,
    Optional<String> data,
    Optional<Path> weights,
    boolean keepHead,
    int checkpointEvery,
    int keepCheckpoints) {

  /** How a run stands to what lies in its folder. */
  public sealed interface Start {

    /** The folder holds no run yet. */
    record New() implements Start {}

    /** A run that lies there is deleted. */
    record Overwriting() implements Start {}

    /** From the newest whole checkpoint. */
    record Resuming() implements Start {}

    /**
     * From the checkpoint of a step; later ones are deleted.
     *
     * @param step updates done there
     * @param rateScale multiplies the rate from there to the end
     */
    record Rewinding(int step, double rateScale) implements Start {

      /** Checks the scale. */
      public Rewinding {
        if (!(rateScale > 0 && rateScale < Double.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException(
              "--rate-scale %s must be above 0".formatted(rateScale));
        }
      }
    }
  }
}
