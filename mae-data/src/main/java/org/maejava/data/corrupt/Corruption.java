package org.maejava.data.corrupt;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.maejava.data.image.Image;

/**
 * The ways to make an image worse, each in five severities: noise, blur, weather and digital ones
 * of ImageNet-C (Hendrycks &amp; Dietterich, 2019, section 4.1), with its severities. Lengths in
 * pixels are those of images of 224 and scaled with the shorter side. An image keeps its size.
 */
public enum Corruption {
  /** Normally distributed, added to every value. */
  GAUSSIAN_NOISE(0.08, 0.12, 0.18, 0.26, 0.38) {
    @Override
    double[] worse(Values values, double deviation, RandomGenerator random) {
      return values.map(value -> value + deviation * random.nextGaussian());
    }
  },

  /** That share of all values becomes 0 or 1. */
  IMPULSE_NOISE(0.03, 0.06, 0.09, 0.17, 0.27) {
    @Override
    double[] worse(Values values, double share, RandomGenerator random) {
      return values.map(
          value -> {
            // Two draws in any case: a higher severity hits what a lower one hits, and more.
            double hit = random.nextDouble();
            double salt = random.nextBoolean() ? 1 : 0;
            return hit < share ? salt : value;
          });
    }
  },

  /** The mean over a disc of that radius. */
  DEFOCUS_BLUR(3, 4, 6, 8, 10) {
    @Override
    double[] worse(Values values, double radius, RandomGenerator random) {
      return Blur.disc(values, radius * values.scale());
    }
  },

  /** Half a Gaussian of that deviation along a line of random direction, at most 45° from level. */
  MOTION_BLUR(3, 5, 8, 12, 15) {
    @Override
    double[] worse(Values values, double deviation, RandomGenerator random) {
      double angle = (random.nextDouble() - 0.5) * Math.PI / 2;
      return Blur.line(values, deviation * values.scale(), angle);
    }
  },

  /** Added to the value of hue, saturation, value. */
  BRIGHTNESS(0.1, 0.2, 0.3, 0.4, 0.5) {
    @Override
    double[] worse(Values values, double added, RandomGenerator random) {
      return Light.brighter(values, added);
    }
  },

  /** The share of each value's distance from its channel's mean that is left. */
  CONTRAST(0.4, 0.3, 0.2, 0.1, 0.05) {
    @Override
    double[] worse(Values values, double left, RandomGenerator random) {
      return Light.flatter(values, left);
    }
  },

  /** Cells of one colour, that share of the image's sides in number. */
  PIXELATE(0.6, 0.5, 0.4, 0.3, 0.25) {
    @Override
    double[] worse(Values values, double share, RandomGenerator random) {
      return Light.cells(values, share);
    }
  },

  /** Compressed with that quality of 100. */
  JPEG(25, 18, 15, 10, 7) {
    @Override
    double[] worse(Values values, double quality, RandomGenerator random) {
      return Jpeg.compressed(values, quality / 100);
    }
  };

  /** Severities go from 1 to this. */
  public static final int SEVERITIES = 5;

  private final ImmutableDoubleArray levels;

  Corruption(double... levels) {
    this.levels = ImmutableDoubleArray.copyOf(levels);
  }

  /** As records and tables name it, such as {@code gaussian noise}. */
  public String title() {
    return this == JPEG ? "JPEG" : name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * An image made worse.
   *
   * @param severity 1 to {@link #SEVERITIES}
   * @param random of what is drawn; the same draws give the same image
   * @return of the same size
   */
  public Image apply(Image image, int severity, RandomGenerator random) {
    checkArgument(
        severity >= 1 && severity <= SEVERITIES,
        "severity %s of %s; it goes from 1 to %s",
        severity,
        title(),
        SEVERITIES);
    var values = Values.of(image);
    return values.with(worse(values, levels.get(severity - 1), random)).image();
  }

  /** Values 0 to 1, which may be left; they are clipped. */
  abstract double[] worse(Values values, double level, RandomGenerator random);
}
