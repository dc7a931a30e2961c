package org.maejava.data.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.maejava.data.image.Image;

/**
 * Brightness, contrast, saturation and hue changed in random order: torchvision's {@code
 * ColorJitter} on 8-bit images. The first three are multiplied by factors uniform in {@code [max(0,
 * 1 − x), 1 + x]}; 0 leaves one alone.
 *
 * @param recipe each at least 0, the hue up to 0.5: turns are uniform in [-hue, hue] of a full
 *     circle; saturation and hue are without effect on grey images
 */
public record ColourJitter(org.maejava.proto.ColourJitter recipe) implements PixelAugmentation {

  @Override
  public Image apply(Image image, RandomGenerator random) {
    var changes = new ArrayList<UnaryOperator<Image>>();
    if (recipe.getBrightness() > 0) {
      double factor = factor(recipe.getBrightness(), random);
      changes.add(before -> Enhancements.brightness(before, factor));
    }
    if (recipe.getContrast() > 0) {
      double factor = factor(recipe.getContrast(), random);
      changes.add(before -> Enhancements.contrast(before, factor));
    }
    if (recipe.getSaturation() > 0) {
      double factor = factor(recipe.getSaturation(), random);
      changes.add(before -> Enhancements.colour(before, factor));
    }
    if (recipe.getHue() > 0 && image.channels() == 3) {
      double turn = recipe.getHue() * (2 * random.nextDouble() - 1);
      changes.add(before -> Hue.turned(before, turn));
    }
    return inRandomOrder(changes, image, random);
  }

  private static double factor(double most, RandomGenerator random) {
    double least = Math.max(0, 1 - most);
    return least + (1 + most - least) * random.nextDouble();
  }

  private static Image inRandomOrder(
      List<UnaryOperator<Image>> changes, Image image, RandomGenerator random) {
    var result = image;
    while (!changes.isEmpty()) {
      result = changes.remove(random.nextInt(changes.size())).apply(result);
    }
    return result;
  }
}
