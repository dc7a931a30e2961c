package org.maejava.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.maejava.data.RecipeText;
import org.maejava.proto.ImageShape;

/** The algebra of timm's batch mode, worked out by hand on images of one value each. */
class MixingTest {

  private static final int HEIGHT = 12;
  private static final int WIDTH = 16;
  private static final int BATCHES = 2000;

  /** The labels give the share; the pixels must be mixed by the same share. */
  @Test
  void mixupIsTheWeightedSumOfAnImageAndItsMirrorInTheBatch() {
    for (int seed = 0; seed < 50; seed++) {
      var images = images(4, 3);
      var labels = labels(4);
      mixing(3, "mixup_alpha: 0.8 probability: 1 cutmix_probability: 0.5")
          .mix(images, labels, new SplittableRandom(seed));
      float own = labels.get(0)[0];
      for (int i = 0; i < 4; i++) {
        assertThat(labels.get(i)[i]).isEqualTo(own);
        assertThat(labels.get(i)[3 - i]).isCloseTo(1 - own, within(1e-6f));
        float other = labels.get(i)[3 - i];
        for (float value : images.get(i)) {
          assertThat(value).isEqualTo(i * own + (3 - i) * other);
        }
      }
    }
  }

  @Test
  void cutmixExchangesOneBoxAndLabelsAreMixedByItsArea() {
    for (int seed = 0; seed < 200; seed++) {
      var images = images(4, 1);
      var labels = labels(4);
      mixing(1, "cutmix_alpha: 1 probability: 1 cutmix_probability: 0.5")
          .mix(images, labels, new SplittableRandom(seed));
      var box = foreign(images.get(0), 0);
      for (int i = 0; i < 4; i++) {
        assertThat(foreign(images.get(i), i)).isEqualTo(box);
        for (int at : box) {
          assertThat(images.get(i)[at]).isEqualTo(3 - i);
        }
        assertThat(labels.get(i)[3 - i])
            .isCloseTo((float) box.size() / (HEIGHT * WIDTH), within(1e-6f));
        assertThat(labels.get(i)[i] + labels.get(i)[3 - i]).isCloseTo(1, within(1e-6f));
      }
      var rows = box.stream().map(at -> at / WIDTH).distinct().count();
      var columns = box.stream().map(at -> at % WIDTH).distinct().count();
      assertThat(rows * columns).isEqualTo(box.size());
    }
  }

  @Test
  void smoothedLabelsAreMixedAsTimmMixesThem() {
    double smoothing = 0.1;
    float off = (float) (smoothing / 10);
    float on = (float) (1 - smoothing + smoothing / 10);
    var labels = IntStream.range(0, 2).mapToObj(i -> smoothed(i, on, off)).toList();
    mixing(1, "mixup_alpha: 0.8 probability: 1 cutmix_probability: 0.5")
        .mix(images(2, 1), labels, new SplittableRandom(3));
    double own = (labels.get(0)[0] - off) / (on - off);
    assertThat(own).isStrictlyBetween(0.0, 1.0);
    assertThat(labels.get(0)[1]).isCloseTo((float) (on * (1 - own) + off * own), within(1e-6f));
    assertThat(labels.get(0)[5]).isCloseTo(off, within(1e-8f));
    assertThat(sum(labels.get(0))).isCloseTo(1, within(1e-5));
  }

  /** Variance of Beta(a, a) is 1 / (4 (2a + 1)); a batch not mixed keeps its share of 1. */
  @Test
  void probabilitiesAndSharesAreTheRecipes() {
    var mixing =
        mixing(1, "mixup_alpha: 0.8 cutmix_alpha: 1 probability: 0.7 cutmix_probability: 0.4");
    int untouched = 0;
    int cut = 0;
    for (int seed = 0; seed < BATCHES; seed++) {
      var images = images(2, 1);
      var labels = labels(2);
      mixing.mix(images, labels, new SplittableRandom(seed));
      if (labels.get(0)[0] == 1) {
        untouched++;
      } else if (IntStream.range(0, HEIGHT * WIDTH).allMatch(at -> whole(images.get(0)[at]))) {
        cut++;
      }
    }
    // A cutmix whose box is cut off to nothing leaves the batch as it was: about 3 % of them here.
    assertThat(untouched / (double) BATCHES).isBetween(0.27, 0.37);
    assertThat(cut / (0.7 * BATCHES)).isBetween(0.33, 0.45);
  }

  @Test
  void sharesAreBetaDistributed() {
    for (double alpha : new double[] {0.02, 0.8, 1, 5}) {
      var random = new SplittableRandom(1);
      var draws = new double[20_000];
      Arrays.setAll(draws, i -> new Beta(alpha).draw(random));
      double mean = Arrays.stream(draws).average().orElseThrow();
      double variance =
          Arrays.stream(draws).map(draw -> (draw - mean) * (draw - mean)).average().orElseThrow();
      assertThat(Arrays.stream(draws).allMatch(draw -> draw >= 0 && draw <= 1)).isTrue();
      assertThat(mean).isCloseTo(0.5, within(0.02));
      assertThat(variance).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.006));
    }
  }

  private static boolean whole(float value) {
    return value == 0 || value == 1;
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  private static List<Integer> foreign(float[] image, int own) {
    return IntStream.range(0, image.length).filter(at -> image[at] != own).boxed().toList();
  }

  /** Image i is i everywhere. */
  private static List<float[]> images(int count, int channels) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              var image = new float[HEIGHT * WIDTH * channels];
              Arrays.fill(image, i);
              return image;
            })
        .toList();
  }

  private static List<float[]> labels(int count) {
    return IntStream.range(0, count).mapToObj(label -> smoothed(label, 1, 0)).toList();
  }

  private static float[] smoothed(int label, float on, float off) {
    var row = new float[10];
    Arrays.fill(row, off);
    row[label] = on;
    return row;
  }

  private static Mixing mixing(int channels, String recipe) {
    return new Mixing(
        RecipeText.of(recipe, org.maejava.proto.Mixing.class),
        ImageShape.newBuilder().setHeight(HEIGHT).setWidth(WIDTH).setChannels(channels).build());
  }
}
