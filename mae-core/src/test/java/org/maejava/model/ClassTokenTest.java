package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.nn.Init;
import org.maejava.proto.Preset;
import org.maejava.random.Draws;
import org.maejava.train.InferenceGraph;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

@DisplayName("The class token alone")
class ClassTokenTest {

  private static final int MOST = 9;
  private static final int PIXELS = 32 * 32 * 3;

  /** However many images share a call, and in both types. */
  @ParameterizedTest
  @ValueSource(classes = {TFloat32.class, TBfloat16.class})
  void hasTheBitsItHasAmongAllTokens(Class<? extends TFloating> type) {
    var model = Presets.of(Preset.SMALL_32_4);
    int width = model.getEncoder().getWidth();
    var images = Init.normal(1).values(new int[] {MOST * PIXELS}, new Draws(1).at("images"));
    try (var graph =
        new InferenceGraph(
            (tf, params) -> {
              var input =
                  tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
              var encoded = new FeatureExtractor(params, model).encode(tf, input);
              return List.of(
                  Signature.builder()
                      .key("alone")
                      .input("images", input)
                      .output("token", encoded.classToken(tf))
                      .build(),
                  Signature.builder()
                      .key("all")
                      .input("images", input)
                      .output("token", Tokens.slice(tf, encoded.tokens(), 0, 1))
                      .build());
            },
            type,
            ConfigProto.getDefaultInstance())) {
      graph.weights().initialise(new Draws(2));
      for (int count : new int[] {1, 2, 3, 5, 8, MOST}) {
        var alone = run(graph, "alone", images, count);
        assertThat(alone).as("%s images", count).hasSize(count * width);
        assertThat(alone).as("%s images", count).isEqualTo(run(graph, "all", images, count));
      }
    }
  }

  private static float[] run(InferenceGraph graph, String key, float[] images, int count) {
    var pixels = Arrays.copyOf(images, count * PIXELS);
    try (var input =
            TFloat32.tensorOf(Shape.of(count, 32, 32, 3), DataBuffers.of(pixels, true, false));
        var result = graph.run(key, Map.of("images", input))) {
      var values = result.get(0).asRawTensor().data().asFloats();
      var copy = new float[(int) values.size()];
      values.read(copy);
      return copy;
    }
  }
}
