package org.maejava.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.maejava.data.RecipeText;

/** Statistics of 4,000 images of 48 x 64. */
class RandomErasingTest {

  private static final int HEIGHT = 48;
  private static final int WIDTH = 64;
  private static final int IMAGES = 4000;
  private static final float UNTOUCHED = 100;

  @Test
  void areaAspectAndProbabilityAreThePublishedOnes() {
    var erasing =
        erasing(
            "probability: 0.25 min_area: 0.02 max_area: "
                + 1 / 3.0
                + " min_aspect: 0.3 max_aspect: "
                + 1 / 0.3
                + " rectangles: 1");
    var random = new SplittableRandom(1);
    int touched = 0;
    double areas = 0;
    double logAspects = 0;
    for (int i = 0; i < IMAGES; i++) {
      var image = image(1);
      erasing.erase(image, HEIGHT, WIDTH, 1, random);
      var erased = IntStream.range(0, image.length).filter(at -> image[at] == 0).toArray();
      if (erased.length > 0) {
        touched++;
        int rows = (int) Arrays.stream(erased).map(at -> at / WIDTH).distinct().count();
        int columns = (int) Arrays.stream(erased).map(at -> at % WIDTH).distinct().count();
        assertThat(rows * columns).as("one full rectangle").isEqualTo(erased.length);
        assertThat(rows).isLessThan(HEIGHT);
        assertThat(columns).isLessThan(WIDTH);
        double area = erased.length / (double) image.length;
        // Sides are rounded to whole pixels.
        assertThat(area).isBetween(0.015, 0.345);
        assertThat((double) rows / columns).isBetween(0.25, 4.0);
        areas += area;
        logAspects += Math.log((double) rows / columns);
      }
    }
    assertThat(touched / (double) IMAGES).isCloseTo(0.25, within(0.03));
    // Uniform, but the largest that are long and do not fit are drawn again.
    assertThat(areas / touched).isBetween(0.155, 0.185);
    assertThat(logAspects / touched).isBetween(-0.2, 0.1);
  }

  @Test
  void noiseIsStandardNormalForEveryValue() {
    var erasing =
        erasing(
            "probability: 1 min_area: 0.3 max_area: "
                + 1 / 3.0
                + " min_aspect: 0.9 max_aspect: 1.1 rectangles: 1 pixel_noise {}");
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int seed = 0; seed < 20; seed++) {
      var image = image(3);
      erasing.erase(image, HEIGHT, WIDTH, 3, new SplittableRandom(seed));
      for (float value : image) {
        if (value != UNTOUCHED) {
          sum += value;
          squares += (double) value * value;
          count++;
        }
      }
    }
    assertThat(count).isGreaterThan(20 * HEIGHT * WIDTH * 3 / 4);
    assertThat(sum / count).isCloseTo(0, within(0.02));
    assertThat(squares / count).isCloseTo(1, within(0.03));
  }

  @Test
  void theAreaIsDividedAmongTheRectangles() {
    var erasing =
        erasing(
            "probability: 1 min_area: 0.3 max_area: 0.3 min_aspect: 1 max_aspect: 1 rectangles: 3");
    var image = image(1);
    erasing.erase(image, HEIGHT, WIDTH, 1, new SplittableRandom(1));
    long erased = IntStream.range(0, image.length).filter(at -> image[at] == 0).count();
    assertThat(erased / (double) image.length).isBetween(0.1, 0.31);
    int side = (int) Math.rint(Math.sqrt(0.1 * HEIGHT * WIDTH));
    assertThat(erased).isBetween((long) side * side, 3L * side * side);
  }

  private static float[] image(int channels) {
    var image = new float[HEIGHT * WIDTH * channels];
    Arrays.fill(image, UNTOUCHED);
    return image;
  }

  private static RandomErasing erasing(String recipe) {
    return new RandomErasing(RecipeText.of(recipe, org.maejava.proto.RandomErasing.class));
  }
}
