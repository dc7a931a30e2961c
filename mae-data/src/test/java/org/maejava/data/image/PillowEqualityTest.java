package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results of Pillow and torchvision on one image, made with the published code. */
class PillowEqualityTest {

  private static final Golden GOLDEN = new Golden("pil_bicubic.safetensors");
  private static final Image SOURCE = new Image(60, 80, 3, GOLDEN.bytes("src"));
  private static final Resampler TO_32 = new Resampler(32, 32);
  private static final ByteNormalizer IMAGENET =
      new ByteNormalizer(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aCropIsPillowsToTheLastBit(int crop) {
    assertThat(cropped(crop).pixels()).isEqualTo(GOLDEN.bytes("crop" + crop + ".u8"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void normalisedValuesAreTorchvisionsToTheLastBit(int crop) {
    assertThat(channelsFirst(IMAGENET.apply(cropped(crop))))
        .isEqualTo(GOLDEN.floats("crop" + crop + ".norm"));
    assertThat(channelsFirst(IMAGENET.apply(cropped(crop).mirrored())))
        .isEqualTo(GOLDEN.floats("crop" + crop + ".flip.norm"));
  }

  @Test
  void theEvaluationTransformIsTorchvisionsToTheLastBit() {
    var framing = CenterCropTest.crop(32, 32, 32 / 36.0).frame(60, 80);
    var image = TO_32.resample(SOURCE, framing.box(), framing);
    assertThat(image.pixels()).isEqualTo(GOLDEN.bytes("eval.u8"));
    assertThat(channelsFirst(IMAGENET.apply(image))).isEqualTo(GOLDEN.floats("eval.norm"));
  }

  @Test
  void aGreyImageIsResampledAsEachChannelOfAColourImageIs() {
    var red = new byte[60 * 80];
    for (int i = 0; i < red.length; i++) {
      red[i] = SOURCE.pixels()[3 * i];
    }
    var framing = new Framing(box(1), 32, 32, 0, 0);
    var grey = TO_32.resample(new Image(60, 80, 1, red), framing.box(), framing);
    var colour = cropped(1);
    for (int i = 0; i < grey.pixels().length; i++) {
      assertThat(grey.pixels()[i]).isEqualTo(colour.pixels()[3 * i]);
    }
  }

  @Test
  void anAxisThatKeepsItsSizeIsLeftAlone() {
    var framing = new Framing(new Box(5, 7, 32, 32), 32, 32, 0, 0);
    var image = TO_32.resample(SOURCE, framing.box(), framing);
    for (int row = 0; row < 32; row++) {
      for (int column = 0; column < 32; column++) {
        assertThat(image.pixels()[(row * 32 + column) * 3])
            .isEqualTo(SOURCE.pixels()[((row + 5) * 80 + column + 7) * 3]);
      }
    }
  }

  private static Image cropped(int crop) {
    var framing = new Framing(box(crop), 32, 32, 0, 0);
    return TO_32.resample(SOURCE, framing.box(), framing);
  }

  private static Box box(int crop) {
    var boxes = GOLDEN.longs("boxes");
    return new Box(
        (int) boxes[4 * crop],
        (int) boxes[4 * crop + 1],
        (int) boxes[4 * crop + 2],
        (int) boxes[4 * crop + 3]);
  }

  private static float[] channelsFirst(float[] values) {
    var result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i % 3 * (values.length / 3) + i / 3] = values[i];
    }
    return result;
  }
}
