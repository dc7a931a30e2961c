package org.maejava.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Bytes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.maejava.data.RecipeText;
import org.maejava.data.image.Golden;
import org.maejava.data.image.Image;

/** What is drawn: how often, how strongly, and from the generator alone. */
class PixelAugmentationTest {

  private static final Golden GOLDEN = new Golden("pillow_operations.safetensors");
  private static final Image COLOUR = new Image(32, 40, 3, GOLDEN.bytes("colour"));
  private static final Image GREY = new Image(32, 40, 1, GOLDEN.bytes("grey"));
  private static final List<Integer> FILL = List.of(124, 116, 104);

  @Test
  void equalGeneratorsGiveEqualImagesAndTheGivenOneIsLeftAlone() {
    var before = COLOUR.pixels().clone();
    for (var augmentation :
        List.of(
            randAugment(
                "operations: 2 magnitude: 9 magnitude_deviation: 0.5 operation_probability: 0.5 random_interpolation {}",
                FILL),
            jitter("brightness: 0.4 contrast: 0.4 saturation: 0.4 hue: 0.1"))) {
      var results = new HashSet<List<Byte>>();
      for (int seed = 0; seed < 40; seed++) {
        var once = augmentation.apply(COLOUR, new SplittableRandom(seed));
        var again = augmentation.apply(COLOUR, new SplittableRandom(seed));
        assertThat(once.pixels()).isEqualTo(again.pixels());
        results.add(Bytes.asList(once.pixels()));
      }
      assertThat(results).hasSizeGreaterThan(20);
    }
    assertThat(COLOUR.pixels()).isEqualTo(before);
  }

  /**
   * At magnitude 0 only auto-contrast, equalize, invert and posterize (to 4 bits) change an image:
   * each is chosen one time in fifteen, and happens by the given probability.
   */
  @Test
  void operationsAreChosenEvenlyAndHappenByTheirProbability() {
    var augment =
        randAugment(
            "operations: 1 magnitude: 0 magnitude_deviation: 0 operation_probability: 0.5", FILL);
    int n = 6000;
    int inverted = 0;
    int posterized = 0;
    int equalized = 0;
    int same = 0;
    for (int seed = 0; seed < n; seed++) {
      var pixels = augment.apply(COLOUR, new SplittableRandom(seed)).pixels();
      inverted += Arrays.equals(pixels, PointOperations.invert(COLOUR).pixels()) ? 1 : 0;
      posterized += Arrays.equals(pixels, PointOperations.posterize(COLOUR, 4).pixels()) ? 1 : 0;
      equalized += Arrays.equals(pixels, PointOperations.equalize(COLOUR).pixels()) ? 1 : 0;
      same += Arrays.equals(pixels, COLOUR.pixels()) ? 1 : 0;
    }
    double each = 0.5 / 15;
    assertThat(inverted / (double) n).isCloseTo(each, within(0.01));
    assertThat(posterized / (double) n).isCloseTo(each, within(0.01));
    assertThat(equalized / (double) n).isCloseTo(each, within(0.01));
    // Auto-contrast is the fourth that changes it.
    assertThat(same / (double) n).isCloseTo(1 - 4 * each, within(0.02));
  }

  /** Brightness alone: the factor can be read off a single pixel. */
  @Test
  void jittersFactorsAreUniform() {
    var white = new Image(1, 1, 1, new byte[] {100});
    assertThat(factors(jitter("brightness: 0.4"), white))
        .satisfies(factors -> expectUniform(factors, 0.6, 1.4));
    assertThat(factors(jitter("brightness: 2"), white))
        .satisfies(factors -> expectUniform(factors, 0, 3));
  }

  private static double[] factors(ColourJitter jitter, Image pixel) {
    var random = new SplittableRandom(1);
    var factors = new double[40_000];
    Arrays.setAll(factors, i -> (jitter.apply(pixel, random).pixels()[0] & 0xff) / 100.0);
    return factors;
  }

  private static void expectUniform(double[] factors, double least, double most) {
    double cut = Math.min(most, 2.55);
    double inside = (cut - least) / (most - least);
    double mean = inside * (least + cut) / 2 + (1 - inside) * cut;
    assertThat(Arrays.stream(factors).average().orElseThrow()).isCloseTo(mean, within(0.02));
    assertThat(Arrays.stream(factors).min().orElseThrow()).isCloseTo(least, within(0.02));
    assertThat(Arrays.stream(factors).max().orElseThrow()).isCloseTo(cut, within(0.02));
  }

  /** Contrast before brightness is another image than brightness before contrast. */
  @Test
  void jittersOrderIsDrawn() {
    int contrastFirst = 0;
    int n = 2000;
    for (int seed = 0; seed < n; seed++) {
      var random = new SplittableRandom(seed);
      double brightness = 0.5 + random.nextDouble();
      double contrast = 0.5 + random.nextDouble();
      var result =
          jitter("brightness: 0.5 contrast: 0.5").apply(COLOUR, new SplittableRandom(seed));
      var first =
          Enhancements.brightness(Enhancements.contrast(COLOUR, contrast), brightness).pixels();
      var second =
          Enhancements.contrast(Enhancements.brightness(COLOUR, brightness), contrast).pixels();
      assertThat(Arrays.equals(result.pixels(), first) || Arrays.equals(result.pixels(), second))
          .isTrue();
      contrastFirst += Arrays.equals(result.pixels(), first) ? 1 : 0;
    }
    assertThat(contrastFirst / (double) n).isCloseTo(0.5, within(0.06));
  }

  @Test
  void greyImagesStayGreyAndHaveNoColourToChange() {
    var augment =
        randAugment(
            "operations: 3 magnitude: 9 magnitude_deviation: 0.5 operation_probability: 1 random_interpolation {}",
            List.of(121));
    for (int seed = 0; seed < 60; seed++) {
      var result = augment.apply(GREY, new SplittableRandom(seed));
      assertThat(result.channels()).isEqualTo(1);
      assertThat(result.pixels()).hasSameSizeAs(GREY.pixels());
    }
    assertThat(Enhancements.colour(GREY, 1.9)).isEqualTo(GREY);
    assertThat(jitter("saturation: 0.4 hue: 0.1").apply(GREY, new SplittableRandom(1)).pixels())
        .isEqualTo(GREY.pixels());
  }

  private static RandAugment randAugment(String recipe, List<Integer> fill) {
    return new RandAugment(RecipeText.of(recipe, org.maejava.proto.RandAugment.class), fill);
  }

  private static ColourJitter jitter(String recipe) {
    return new ColourJitter(RecipeText.of(recipe, org.maejava.proto.ColourJitter.class));
  }
}
