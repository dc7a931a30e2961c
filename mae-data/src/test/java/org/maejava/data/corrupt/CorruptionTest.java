package org.maejava.data.corrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.data.image.Image;
import org.maejava.random.Draws;

@DisplayName("A corruption")
class CorruptionTest {

  private static RandomGenerator random() {
    return new Draws(1).at("corruption");
  }

  /** Waves, an edge and some grain: something for every kind to spoil. */
  private static Image image(int height, int width, int channels) {
    var grain = new Draws(2).at("grain");
    var pixels = new byte[height * width * channels];
    int i = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          double wave = Math.sin(x * 0.35 + c) * Math.cos(y * 0.22 - c);
          double edge = x > width / 2 ? 40 : 0;
          pixels[i++] = (byte) Math.round(90 + 55 * wave + edge + 8 * grain.nextGaussian());
        }
      }
    }
    return new Image(height, width, channels, pixels);
  }

  private static double distance(Image a, Image b) {
    double sum = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      double difference = (a.pixels()[i] & 0xff) - (b.pixels()[i] & 0xff);
      sum += difference * difference;
    }
    return Math.sqrt(sum / a.pixels().length);
  }

  static Stream<Arguments> kindsAndShapes() {
    return Stream.of(Corruption.values())
        .flatMap(
            kind ->
                Stream.of(image(64, 64, 3), image(96, 80, 3), image(28, 28, 1), image(224, 224, 3))
                    .map(image -> Arguments.of(kind, image)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kindsAndShapes")
  void isFurtherFromTheImageWithEverySeverityAndKeepsItsSize(Corruption kind, Image image) {
    double before = 0;
    for (int severity = 1; severity <= Corruption.SEVERITIES; severity++) {
      var worse = kind.apply(image, severity, random());
      assertThat(worse.height()).isEqualTo(image.height());
      assertThat(worse.width()).isEqualTo(image.width());
      assertThat(worse.channels()).isEqualTo(image.channels());
      double distance = distance(image, worse);
      boolean nothingToSee = kind == Corruption.DEFOCUS_BLUR && image.height() == 28;
      if (nothingToSee) {
        // A disc of less than a pixel.
        assertThat(distance).as("severity %d", severity).isGreaterThanOrEqualTo(before);
      } else {
        assertThat(distance).as("severity %d", severity).isGreaterThan(before);
      }
      before = distance;
    }
  }

  @ParameterizedTest
  @EnumSource
  void isTheSameWithTheSameDrawsAndLeavesTheImageAlone(Corruption kind) {
    var image = image(40, 48, 3);
    var copy = image.pixels().clone();
    assertThat(kind.apply(image, 3, random()).pixels())
        .isEqualTo(kind.apply(image, 3, random()).pixels());
    assertThat(image.pixels()).isEqualTo(copy);
  }

  @ParameterizedTest
  @EnumSource(names = {"GAUSSIAN_NOISE", "IMPULSE_NOISE", "MOTION_BLUR"})
  void isAnotherWithOtherDraws(Corruption kind) {
    var image = image(40, 48, 3);
    assertThat(kind.apply(image, 3, random()).pixels())
        .isNotEqualTo(kind.apply(image, 3, new Draws(9).at("corruption")).pixels());
  }

  @Test
  void hasTheStatedNoise() {
    var grey = new byte[200 * 200];
    Arrays.fill(grey, (byte) 128);
    var image = new Image(200, 200, 1, grey);
    // 0.08 of 255, which 128 is six deviations from either end.
    assertThat(distance(image, Corruption.GAUSSIAN_NOISE.apply(image, 1, random())))
        .isCloseTo(0.08 * 255, within(0.3));
    var hit = Corruption.IMPULSE_NOISE.apply(image, 5, random()).pixels();
    int changed = 0;
    for (byte value : hit) {
      changed += value != (byte) 128 ? 1 : 0;
    }
    assertThat(changed / 40_000.0).isCloseTo(0.27, within(0.01));
  }

  @Test
  void keepsTheMeanOfABlurredImageAndALevelOneAsItIs() {
    var level = new byte[32 * 32 * 3];
    Arrays.fill(level, (byte) 77);
    var image = new Image(32, 32, 3, level);
    for (var kind :
        new Corruption[] {
          Corruption.DEFOCUS_BLUR, Corruption.MOTION_BLUR, Corruption.CONTRAST, Corruption.PIXELATE
        }) {
      assertThat(kind.apply(image, 5, random()).pixels()).as(kind.title()).isEqualTo(level);
    }
  }

  @Test
  void doesToAPixelWhatOneComputesByHand() {
    // Values 0.2, 0.4, 0.6: the largest is raised by 0.1, the others in proportion.
    var image = new Image(1, 1, 3, new byte[] {51, 102, (byte) 153});
    assertThat(Corruption.BRIGHTNESS.apply(image, 1, random()).pixels())
        .containsExactly(
            (byte) Math.round(51 * 0.7 / 0.6), (byte) Math.round(102 * 0.7 / 0.6), (byte) 179);
    var two = new Image(1, 2, 1, new byte[] {0, (byte) 200});
    // Mean 100, of whose distances 0.4 are left.
    assertThat(Corruption.CONTRAST.apply(two, 1, random()).pixels())
        .containsExactly((byte) 60, (byte) 140);
  }

  @Test
  void hasFiveSeverities() {
    var image = image(8, 8, 1);
    assertThatThrownBy(() -> Corruption.JPEG.apply(image, 0, random()))
        .hasMessageContaining("1 to 5");
    assertThatThrownBy(() -> Corruption.JPEG.apply(image, 6, random()))
        .hasMessageContaining("severity 6 of JPEG");
  }
}
