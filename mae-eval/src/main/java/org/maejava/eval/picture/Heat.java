package org.maejava.eval.picture;

/** Colours for values from 0 to 1 that rise evenly in lightness, so that grey print keeps them. */
public final class Heat {

  /** Dark blue, teal, green, yellow: five points of the well-known viridis map. */
  private static final float[][] POINTS = {
    {0.267f, 0.005f, 0.329f},
    {0.229f, 0.322f, 0.546f},
    {0.128f, 0.567f, 0.551f},
    {0.369f, 0.789f, 0.383f},
    {0.993f, 0.906f, 0.144f}
  };

  private Heat() {}

  /** Red, green and blue, 0 to 1; beyond 0 and 1 is cut off. */
  public static float[] colour(float value) {
    float at = Math.max(0, Math.min(1, value)) * (POINTS.length - 1);
    int below = Math.min(POINTS.length - 2, (int) at);
    float share = at - below;
    var colour = new float[3];
    for (int i = 0; i < 3; i++) {
      colour[i] = (1 - share) * POINTS[below][i] + share * POINTS[below + 1][i];
    }
    return colour;
  }
}
