package org.maejava.data;

import java.util.List;
import org.maejava.data.augment.ColourJitter;
import org.maejava.data.augment.PixelAugmentation;
import org.maejava.data.augment.RandAugment;
import org.maejava.data.augment.RandomErasing;
import org.maejava.data.flow.Place;
import org.maejava.data.image.CenterCrop;
import org.maejava.data.image.Crop;
import org.maejava.data.image.Framing;
import org.maejava.data.image.Image;
import org.maejava.data.image.RandomResizedCrop;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ImageShape;
import org.maejava.random.Draws;

/**
 * What happens to each image of a data set for itself, in timm's order: crop, flip, pixels, and
 * after normalisation erasing.
 *
 * @param crop how it is framed
 * @param flipProbability of mirroring
 * @param pixels on the resampled bytes, in order
 * @param erasing on the normalised values, in order
 * @param draws all of it, by place
 */
record Augmentation(
    Crop crop,
    double flipProbability,
    List<PixelAugmentation> pixels,
    List<RandomErasing> erasing,
    Draws draws) {

  /** Framing alone. */
  static Augmentation none(CenterCrop crop, Draws draws) {
    return new Augmentation(crop, 0, List.of(), List.of(), draws);
  }

  /** What the recipe asks for in training. */
  static Augmentation of(DataConfig data, ImageShape input, CenterCrop centre, Draws draws) {
    return new Augmentation(
        data.hasCenterCrop() ? centre : new RandomResizedCrop(data.getRandomResizedCrop(), input),
        data.getFlipProbability(),
        pixels(data),
        data.hasRandomErasing() ? List.of(new RandomErasing(data.getRandomErasing())) : List.of(),
        draws);
  }

  private static List<PixelAugmentation> pixels(DataConfig data) {
    return switch (data.getAppearanceCase()) {
      case COLOUR_JITTER -> List.of(new ColourJitter(data.getColourJitter()));
      case RAND_AUGMENT ->
          List.of(
              new RandAugment(
                  data.getRandAugment(),
                  data.getMeanList().stream().map(Augmentation::byteValue).toList()));
      case APPEARANCE_NOT_SET -> List.of();
    };
  }

  private static int byteValue(double mean) {
    return (int) Math.max(0, Math.min(255, Math.rint(255 * mean)));
  }

  /** How an image of this size is framed. */
  Framing frame(int height, int width, Place place) {
    return crop.frame(height, width, place.draws(draws, "crop"));
  }

  /** The framed image, changed. */
  Image ofPixels(Image image, Place place) {
    boolean flip = flipProbability > 0 && place.draws(draws, "flip").nextDouble() < flipProbability;
    var result = flip ? image.mirrored() : image;
    for (var one : pixels) {
      result = one.apply(result, place.draws(draws, "pixels"));
    }
    return result;
  }

  /** The image's normalised values, changed in place. */
  void ofValues(float[] values, Image image, Place place) {
    for (var one : erasing) {
      one.erase(
          values, image.height(), image.width(), image.channels(), place.draws(draws, "erasing"));
    }
  }
}
