package org.maejava.data.augment;

import java.util.List;
import java.util.random.RandomGenerator;
import org.maejava.data.augment.Operation.How;
import org.maejava.data.image.Image;

/**
 * Random operations of about equal strength (Cubuk et al., 2019), as timm draws them for the
 * published fine-tuning ({@code rand-m9-mstd0.5-inc1}): operations are chosen evenly and with
 * replacement among fifteen, and each then happens or not.
 *
 * @param operations chosen for an image, 2 as published
 * @param magnitude of 10, 9 as published
 * @param deviation of the magnitude, which is normal and clipped to 0 to 10; 0.5 as published
 * @param probability that a chosen operation happens, 0.5 as published
 * @param fill 0 to 255 for each channel, where moved pixels leave nothing; the mean as published
 * @param randomInterpolation moved pixels are bilinear or bicubic at random; bicubic as published
 */
public record RandAugment(
    int operations,
    double magnitude,
    double deviation,
    double probability,
    List<Integer> fill,
    boolean randomInterpolation)
    implements PixelAugmentation {

  private static final List<Operation> ALL = List.of(Operation.values());
  private static final double MOST = 10;

  public RandAugment {
    fill = List.copyOf(fill);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    var result = image;
    for (int i = 0; i < operations; i++) {
      var operation = ALL.get(random.nextInt(ALL.size()));
      if (random.nextDouble() < probability) {
        result = operation.apply(result, how(random));
      }
    }
    return result;
  }

  private How how(RandomGenerator random) {
    double drawn = magnitude + deviation * random.nextGaussian();
    return new How(
        Math.max(0, Math.min(MOST, drawn)) / MOST,
        random.nextBoolean(),
        randomInterpolation && random.nextBoolean()
            ? Interpolation.BILINEAR
            : Interpolation.BICUBIC,
        fillBytes());
  }

  private byte[] fillBytes() {
    var bytes = new byte[fill.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = fill.get(i).byteValue();
    }
    return bytes;
  }
}
