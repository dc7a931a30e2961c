package org.maejava.golden;

import java.util.List;
import java.util.Map;
import org.maejava.proto.Position;
import org.maejava.random.Draws;
import org.maejava.train.Batch;

/** Images with structure, a bright disc on a slope of colour, each with mask noise of its own. */
public final class SyntheticImages {

  public static final int SIDE = 32;
  private static final int PATCHES = 64;

  private SyntheticImages() {}

  /** Images {@code from} up to {@code to} as a batch of {@link TinyModel}'s. */
  public static Batch batch(int from, int to) {
    var images = new float[(to - from) * SIDE * SIDE * 3];
    var noise = new float[(to - from) * PATCHES];
    for (int i = from; i < to; i++) {
      draw(i, images, (i - from) * SIDE * SIDE * 3);
      var random = new Draws(8).at("mask", i);
      for (int patch = 0; patch < PATCHES; patch++) {
        noise[(i - from) * PATCHES + patch] = random.nextFloat();
      }
    }
    return new Batch(
        Map.of(
            Batch.IMAGES, Golden.tensor(images, List.of(to - from, SIDE, SIDE, 3)),
            Batch.NOISE, Golden.tensor(noise, List.of(to - from, PATCHES))),
        to - from,
        Position.getDefaultInstance(),
        List.of());
  }

  private static void draw(int index, float[] images, int at) {
    var random = new Draws(8).at("image", index);
    double x0 = random.nextDouble(8, 24);
    double y0 = random.nextDouble(8, 24);
    double radius = random.nextDouble(5, 10);
    for (int c = 0; c < 3; c++) {
      double slopeX = random.nextDouble(-1, 1);
      double slopeY = random.nextDouble(-1, 1);
      double disc = random.nextDouble(-2, 2);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          double slope = slopeX * (x / 16.0 - 1) + slopeY * (y / 16.0 - 1);
          boolean inside = Math.hypot(x - x0, y - y0) < radius;
          images[at + (y * SIDE + x) * 3 + c] = (float) (slope + (inside ? disc : 0));
        }
      }
    }
  }
}
