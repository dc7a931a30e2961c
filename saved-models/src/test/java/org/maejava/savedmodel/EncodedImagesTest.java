package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TString;

@DisplayName("Images that are decoded and resized inside the graph")
class EncodedImagesTest {

  private static final Path PHOTOGRAPHS = Path.of("../../shared/data/imagenet-samples");
  private static final DataConfig DATA = DataConfig.newBuilder().setEvalCropFraction(0.875).build();

  /** The card's words: 1 level of 255 at most, 0.001 on average. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void differLittleFromPillows(int channels) throws Exception {
    var files = TinyExport.files(24);
    if (Files.isDirectory(PHOTOGRAPHS)) {
      try (var entries = Files.walk(PHOTOGRAPHS)) {
        var photographs =
            entries
                .filter(
                    file -> file.toString().endsWith(".JPEG") || file.toString().endsWith(".jpg"))
                .sorted()
                .limit(24)
                .toList();
        for (var file : photographs) {
          files.add(Files.readAllBytes(file));
        }
      }
    }
    for (var model : List.of(input(64, 64, channels), input(48, 80, channels))) {
      var actual = decoded(model, files);
      double sum = 0;
      long count = 0;
      try (var images = new InputImages(model, DATA)) {
        for (int i = 0; i < files.size(); i++) {
          var expected = images.pixels(files.get(i));
          for (int at = 0; at < expected.length; at++) {
            double levels = Math.abs(expected[at] - actual[i][at]) * 255;
            assertThat(levels).as("image %s value %s", i, at).isLessThan(1.01);
            sum += levels;
            count++;
          }
        }
      }
      assertThat(sum / count).isLessThan(0.001);
    }
  }

  @Test
  void badElementsAreAllNamed() {
    var files = new ArrayList<>(TinyExport.files(3));
    files.add(1, new byte[] {1, 2, 3});
    files.add(new byte[0]);
    assertThatThrownBy(() -> decoded(input(32, 32, 3), files))
        .hasMessageContaining("image_bytes")
        .hasMessageContaining("[1 4]");
    assertThatThrownBy(() -> decoded(input(32, 32, 3), List.of(new byte[7])))
        .hasMessageContaining("[0]");
  }

  private static ModelConfig input(int height, int width, int channels) {
    return ModelConfig.newBuilder()
        .setImage(ImageShape.newBuilder().setHeight(height).setWidth(width).setChannels(channels))
        .build();
  }

  private static float[][] decoded(ModelConfig model, List<byte[]> files)
      throws IOException, UnreadableImageException {
    try (var graph = new Graph();
        var session = new Session(graph);
        var contents = TinyExport.tensor(files)) {
      var tf = Ops.create(graph);
      var bytes = tf.placeholder(TString.class, Placeholder.shape(Shape.of(-1)));
      var pixels = new EncodedImages(model, DATA).decode(tf, bytes);
      try (var result = session.runner().feed(bytes, contents).fetch(pixels).run()) {
        return BatchArrays.fromTensor(result.get(0));
      }
    }
  }
}
