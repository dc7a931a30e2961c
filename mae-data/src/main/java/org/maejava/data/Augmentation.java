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
        data.hasCenterCrop() ? centre : crop(data.getRandomResizedCrop(), input),
        data.getFlipProbability(),
        pixels(data),
        data.hasRandomErasing() ? List.of(erasing(data.getRandomErasing())) : List.of(),
        draws);
  }

  private static Crop crop(org.maejava.proto.RandomResizedCrop crop, ImageShape input) {
    return new RandomResizedCrop(
        input.getHeight(),
        input.getWidth(),
        crop.getMinArea(),
        crop.getMaxArea(),
        crop.getMinAspect(),
        crop.getMaxAspect(),
        crop.hasSingleDraw());
  }

  private static List<PixelAugmentation> pixels(DataConfig data) {
    return switch (data.getAppearanceCase()) {
      case COLOUR_JITTER -> {
        var jitter = data.getColourJitter();
        yield List.of(
            new ColourJitter(
                jitter.getBrightness(),
                jitter.getContrast(),
                jitter.getSaturation(),
                jitter.getHue()));
      }
      case RAND_AUGMENT -> {
        var augment = data.getRandAugment();
        yield List.of(
            new RandAugment(
                augment.getOperations(),
                augment.getMagnitude(),
                augment.getMagnitudeDeviation(),
                augment.getOperationProbability(),
                data.getMeanList().stream().map(Augmentation::byteValue).toList(),
                augment.hasRandomInterpolation()));
      }
      case APPEARANCE_NOT_SET -> List.of();
    };
  }

  private static int byteValue(double mean) {
    return (int) Math.max(0, Math.min(255, Math.rint(255 * mean)));
  }

  private static RandomErasing erasing(org.maejava.proto.RandomErasing erasing) {
    return new RandomErasing(
        erasing.getProbability(),
        erasing.getMinArea(),
        erasing.getMaxArea(),
        erasing.getMinAspect(),
        erasing.getMaxAspect(),
        erasing.getRectangles(),
        erasing.hasPixelNoise());
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
