package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkArgument;

/** What becomes of transparency. */
public sealed interface Alpha {

  /** Nothing: the colours are taken as if opaque, as Pillow's {@code convert("RGB")} does. */
  record Dropped() implements Alpha {}

  /**
   * The image is laid on a colour.
   *
   * @param red from 0 to 255
   * @param green from 0 to 255
   * @param blue from 0 to 255
   */
  record On(int red, int green, int blue) implements Alpha {
    public On {
      for (int level : new int[] {red, green, blue}) {
        checkArgument(level >= 0 && level <= 255, "level %s; it must be from 0 to 255", level);
      }
    }
  }
}
