package org.maejava.data.image;

import java.util.random.RandomGenerator;

/** How the input is framed in an image of any size. */
public sealed interface Crop permits RandomResizedCrop, CenterCrop {

  /** The framing for an image of this size; equal generators give equal framings. */
  Framing frame(int height, int width, RandomGenerator random);
}
