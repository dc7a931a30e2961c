package org.maejava.random;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Random generators by address: the generator for (seed, purpose, coordinates) is the same whoever
 * asks, in whatever order, on whatever thread. That is what makes a run repeatable on any number of
 * workers and resumable at any example.
 */
public final class Draws {

  private final long seed;

  public Draws(long seed) {
    this.seed = seed;
  }

  /**
   * A fresh generator.
   *
   * @param purpose what is drawn, such as {@code "mask"} or a parameter's name: different purposes
   *     are independent
   * @param coordinates such as epoch and index
   */
  public SplittableRandom at(String purpose, long... coordinates) {
    long state = mix(seed ^ 0x6d61656a617661L);
    for (byte b : purpose.getBytes(StandardCharsets.UTF_8)) {
      state = mix(state + b);
    }
    for (long coordinate : coordinates) {
      state = mix(state ^ mix(coordinate + 0x9e3779b97f4a7c15L));
    }
    return new SplittableRandom(state);
  }

  /** The finaliser of SplitMix64 (Steele et al., 2014): a bijection that mixes every bit. */
  private static long mix(long z) {
    z += 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
