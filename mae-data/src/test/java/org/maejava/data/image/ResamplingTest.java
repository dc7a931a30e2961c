package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.maejava.random.Draws;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ResizeBicubic;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.types.TFloat32;

@DisplayName("Fast resampling")
class ResamplingTest {

  private static Image noise(int height, int width, int channels) {
    var pixels = new byte[height * width * channels];
    var random = new Draws(4).at("pixels", height, width);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(80, 176);
    }
    return new Image(height, width, channels, pixels);
  }

  private static Image resampled(Resampling kernel, Image image, int height, int width) {
    var box = Box.whole(image.height(), image.width());
    return new Resampler(kernel, height, width)
        .resample(image, box, new Framing(box, height, width, 0, 0));
  }

  /**
   * TensorFlow computes in float: rounding between the two passes may tell by one level. No pixel
   * is so bright or dark that it is clipped between them, which TensorFlow does not do.
   */
  @ParameterizedTest
  @CsvSource({"20, 31, 13, 17, 3", "20, 31, 40, 50, 3", "9, 9, 20, 4, 1", "50, 40, 7, 40, 3"})
  void isTensorFlowsOwn(int height, int width, int toHeight, int toWidth, int channels) {
    var image = noise(height, width, channels);
    for (var kernel : new Resampling[] {Resampling.FAST_BICUBIC, Resampling.FAST_BILINEAR}) {
      var expected = byTensorFlow(kernel, image, toHeight, toWidth);
      var found = resampled(kernel, image, toHeight, toWidth).pixels();
      assertThat(found).hasSize(expected.length);
      for (int i = 0; i < found.length; i++) {
        assertThat((double) (found[i] & 0xff))
            .as("%s at %s", kernel, i)
            .isCloseTo(Math.max(0, Math.min(255, expected[i])), within(1.01));
      }
    }
  }

  private static float[] byTensorFlow(Resampling kernel, Image image, int height, int width) {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      var tf = Ops.create(graph);
      var values = new float[1][image.height()][image.width()][image.channels()];
      for (int i = 0; i < image.pixels().length; i++) {
        int pixel = i / image.channels();
        values[0][pixel / image.width()][pixel % image.width()][i % image.channels()] =
            image.pixels()[i] & 0xff;
      }
      var size = tf.constant(new int[] {height, width});
      Operand<TFloat32> resized =
          kernel == Resampling.FAST_BICUBIC
              ? tf.image.resizeBicubic(
                  tf.constant(values), size, ResizeBicubic.halfPixelCenters(true))
              : tf.image.resizeBilinear(
                  tf.constant(values), size, ResizeBilinear.halfPixelCenters(true));
      try (var result = session.runner().fetch(resized).run()) {
        var flat = new float[height * width * image.channels()];
        result.get(0).asRawTensor().data().asFloats().read(flat);
        return flat;
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesAFlatImageFlatAndARampARamp(Resampling kernel) {
    var ramp = new byte[40 * 40];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (6 * (i % 40));
    }
    var found = resampled(kernel, new Image(40, 40, 1, ramp), 20, 20).pixels();
    for (int i = 0; i < found.length; i++) {
      int column = i % 20;
      if (column > 1 && column < 18) {
        // Between the columns 2c and 2c + 1.
        assertThat((double) (found[i] & 0xff)).isCloseTo(6 * (2 * column + 0.5), within(0.51));
      }
    }
    var flat = new byte[30 * 20 * 3];
    Arrays.fill(flat, (byte) 201);
    assertThat(resampled(kernel, new Image(30, 20, 3, flat), 16, 16).pixels())
        .containsOnly((byte) 201);
  }
}
