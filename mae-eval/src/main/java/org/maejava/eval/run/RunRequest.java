package org.maejava.eval.run;

import java.nio.file.Path;
import java.util.Optional;
import org.maejava.eval.task.Protocol;

/**
 * A run as it is asked for.
 *
 * @param commandLine as typed, for the record; empty if a program asks
 * @param recipe if nothing is said there, that of the run before
 * @param data a spec; empty: that of the run before, or the bundled images
 * @param weights to start from; empty: random, or what the run before started from
 * @param keepHead whether a head that the weights have is kept
 * @param checkpointEvery updates between two checkpoints; empty: a twentieth of the run, 500 at
 *     most
 * @param keepCheckpoints how many of the newest are kept
 * @param probeEvery epochs between two looks at the features of a pre-training; empty: none, or
 *     what the run before had
 */
public record RunRequest(
    Protocol protocol,
    String commandLine,
    RunFolder folder,
    Start start,
    RecipeChoice recipe,
    Optional<String> data,
    Optional<Path> weights,
    boolean keepHead,
    Optional<Integer> checkpointEvery,
    int keepCheckpoints,
    Optional<Integer> probeEvery) {

  public RunRequest {
    if (probeEvery.isPresent() && probeEvery.get() < 1) {
      throw new IllegalArgumentException(
          "--probe-every %d must be at least 1".formatted(probeEvery.get()));
    }
  }

  /** How a run stands to what lies in its folder. */
  public sealed interface Start {

    /** Whether a run that was begun is gone on with. */
    default boolean goesOn() {
      return this instanceof Resuming || this instanceof Rewinding;
    }

    /** The folder holds no run yet. */
    record New() implements Start {}

    /** A run that lies there is deleted. */
    record Overwriting() implements Start {}

    /**
     * From the newest whole checkpoint.
     *
     * @param changedData whether the images may be others than before
     */
    record Resuming(boolean changedData) implements Start {}

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
