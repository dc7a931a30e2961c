package org.maejava.data.augment;

import java.util.random.RandomGenerator;
import org.maejava.data.image.Image;

/** A random change of an image's bytes that keeps its size; grey images stay grey. */
public sealed interface PixelAugmentation permits ColourJitter, RandAugment {

  /** The changed image, maybe the same one; equal generators give equal results. */
  Image apply(Image image, RandomGenerator random);
}
