package org.maejava.data.flow;

import java.util.SplittableRandom;
import org.maejava.data.source.Example;
import org.maejava.random.Draws;

/**
 * An example met in an epoch.
 *
 * @param example the image
 * @param address of what is drawn for it
 * @param batch the address of the first example of the whole batch, of all ranks together, that it
 *     belongs to: of what is drawn for all of them
 */
public record Place(Example example, Address address, Address batch) {

  /**
   * Draws are addressed by (epoch, index, repeat), so that they depend on the image and not on the
   * time, thread or rank that reads it.
   *
   * @param epoch from 0
   * @param index of the example in its source, not in the epoch's order
   * @param repeat from 0: how often the example was met in this epoch before
   */
  public record Address(int epoch, int index, int repeat) {

    /** The generator of what this purpose draws. */
    public SplittableRandom draws(Draws draws, String purpose) {
      return repeat == 0
          ? draws.at(purpose, epoch, index)
          : draws.at(purpose, epoch, index, repeat);
    }
  }

  /** The generator of what this purpose draws for it. */
  public SplittableRandom draws(Draws draws, String purpose) {
    return address.draws(draws, purpose);
  }
}
