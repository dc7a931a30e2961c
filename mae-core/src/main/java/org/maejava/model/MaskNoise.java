package org.maejava.model;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Floats;
import java.util.random.RandomGenerator;
import org.maejava.proto.ModelConfig;

/**
 * Which patches of one image are hidden, as noise: the network keeps the patches with the smallest
 * values, so every strategy of Table 1(f) is a way to draw L numbers.
 */
public sealed interface MaskNoise {

  /** Noise {@code [L]} for one image; the same generator state gives the same noise. */
  float[] draw(RandomGenerator random);

  /** The strategy of a checked configuration. */
  static MaskNoise of(ModelConfig model) {
    var grid = PatchGrid.of(model);
    return switch (model.getMaskingCase()) {
      case RANDOM_MASKING -> new Random(grid);
      case BLOCK_MASKING -> new Block(grid, grid.visibleCount(model.getMaskRatio()));
      case GRID_MASKING -> new Grid(grid);
      case GIVEN_MASKING -> Given.hiding(grid, model.getGivenMasking().getHiddenList());
      case GIVEN_NOISE -> new Given(Floats.toArray(model.getGivenNoise().getValuesList()));
      case MASKING_NOT_SET -> throw new IllegalArgumentException("model.masking is not set");
    };
  }

  /** Every subset is equally likely. */
  record Random(PatchGrid grid) implements MaskNoise {
    @Override
    public float[] draw(RandomGenerator random) {
      return uniform(random, grid.count(), 0);
    }
  }

  /**
   * Rectangles of random area and aspect ratio are hidden until enough patches are (BEiT, section
   * 2.3): area 16 patches up to what is missing, aspect 0.3 to 1/0.3. Patches over the count are
   * given back at random.
   */
  record Block(PatchGrid grid, int visible) implements MaskNoise {
    private static final double MIN_ASPECT = 0.3;
    private static final int MIN_AREA = 16;

    @Override
    public float[] draw(RandomGenerator random) {
      int toHide = grid.count() - visible;
      var noise = uniform(random, grid.count(), 0);
      for (int hidden = 0; hidden < toHide; ) {
        hidden += hideRectangle(random, noise, toHide - hidden);
      }
      return noise;
    }

    /** Lifts a rectangle's noise above 1; returns how many patches were not hidden before. */
    private int hideRectangle(RandomGenerator random, float[] noise, int missing) {
      int largest = Math.max(missing, Math.min(MIN_AREA, grid.count()));
      double area = random.nextDouble(Math.min(MIN_AREA, largest), Math.nextUp((double) largest));
      double aspect = Math.exp(random.nextDouble(Math.log(MIN_ASPECT), -Math.log(MIN_ASPECT)));
      int height = clamp(Math.sqrt(area * aspect), grid.rows());
      int width = clamp(Math.sqrt(area / aspect), grid.columns());
      int top = random.nextInt(grid.rows() - height + 1);
      int left = random.nextInt(grid.columns() - width + 1);

      int hid = 0;
      for (int row = top; row < top + height; row++) {
        for (int column = left; column < left + width; column++) {
          int patch = row * grid.columns() + column;
          if (noise[patch] < 1) {
            noise[patch] += 1;
            hid++;
          }
        }
      }
      return hid;
    }

    private static int clamp(double side, int limit) {
      return (int) Math.max(1, Math.min(limit, Math.round(side)));
    }
  }

  /** The upper left patch of each 2×2 cell is kept. Needs an even grid and a mask ratio of 0.75. */
  record Grid(PatchGrid grid) implements MaskNoise {
    public Grid {
      checkArgument(
          grid.rows() % 2 == 0 && grid.columns() % 2 == 0,
          "grid masking keeps one patch of each 2 x 2; a grid of %s x %s patches is not even",
          grid.rows(),
          grid.columns());
    }

    @Override
    public float[] draw(RandomGenerator random) {
      var noise = uniform(random, grid.count(), 1);
      for (int row = 0; row < grid.rows(); row += 2) {
        for (int column = 0; column < grid.columns(); column += 2) {
          noise[row * grid.columns() + column] -= 1;
        }
      }
      return noise;
    }
  }

  /** The same noise whatever the generator. */
  final class Given implements MaskNoise {
    private final float[] noise;

    /**
     * Copies it.
     *
     * @param noise {@code [L]}
     */
    Given(float... noise) {
      this.noise = noise.clone();
    }

    /** Hides exactly the patches with these row-major indices. */
    static Given hiding(PatchGrid grid, Iterable<Integer> hidden) {
      var noise = new float[grid.count()];
      hidden.forEach(patch -> noise[patch] = 1);
      return new Given(noise);
    }

    @Override
    public float[] draw(RandomGenerator random) {
      return noise.clone();
    }
  }

  private static float[] uniform(RandomGenerator random, int count, float from) {
    var noise = new float[count];
    for (int i = 0; i < count; i++) {
      noise[i] = from + random.nextFloat();
    }
    return noise;
  }
}
