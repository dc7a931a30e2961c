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
 * @param recipe as published, 2 operations of magnitude 9 with deviation 0.5, each with probability
 *     0.5, moved pixels bicubic
 * @param fill 0 to 255 for each channel, where moved pixels leave nothing; the mean as published
 */
public record RandAugment(org.maejava.proto.RandAugment recipe, List<Integer> fill)
    implements PixelAugmentation {

  private static final List<Operation> ALL = List.of(Operation.values());
  private static final double MOST = 10;

  public RandAugment {
    fill = List.copyOf(fill);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    var result = image;
    for (int i = 0; i < recipe.getOperations(); i++) {
      var operation = ALL.get(random.nextInt(ALL.size()));
      if (random.nextDouble() < recipe.getOperationProbability()) {
        result = operation.apply(result, how(random));
      }
    }
    return result;
  }

  private How how(RandomGenerator random) {
    double drawn = recipe.getMagnitude() + recipe.getMagnitudeDeviation() * random.nextGaussian();
    return new How(
        Math.max(0, Math.min(MOST, drawn)) / MOST,
        random.nextBoolean(),
        recipe.hasRandomInterpolation() && random.nextBoolean()
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
