package org.maejava.data.flow;

import java.util.SplittableRandom;
import org.maejava.data.source.Example;
import org.maejava.random.Draws;

/**
 * An example met in an epoch. Draws for it are addressed by (epoch, index, repeat), so that they
 * depend on the image and not on the time, thread or rank that reads it.
 *
 * @param example the image
 * @param epoch from 0
 * @param index of the example in its source, not in the epoch's order
 * @param repeat from 0: how often the example was met in this epoch before
 */
public record Place(Example example, int epoch, int index, int repeat) {

  /** The generator of what this purpose draws for it. */
  public SplittableRandom draws(Draws draws, String purpose) {
    return repeat == 0 ? draws.at(purpose, epoch, index) : draws.at(purpose, epoch, index, repeat);
  }
}
