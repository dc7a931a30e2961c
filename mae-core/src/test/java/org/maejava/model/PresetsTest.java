package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.config.Experiments;
import org.maejava.golden.ScratchGraph;
import org.maejava.nn.Init;
import org.maejava.nn.Params;
import org.maejava.nn.Params.Param;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Preset;
import org.maejava.proto.TransformerConfig;
import org.maejava.random.Draws;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

/** Every architecture that can be named, and what may be changed in it. */
@DisplayName("An architecture")
class PresetsTest {

  private static final Draws DRAWS = new Draws(70);

  static Stream<Preset> presets() {
    return Arrays.stream(Preset.values())
        .filter(preset -> preset != Preset.PRESET_UNSPECIFIED && preset != Preset.UNRECOGNIZED);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void hasTheParametersThatItsSizesSay(Preset preset) {
    var model = Presets.of(preset);
    try (var graph = new Graph()) {
      var params = Params.in(Ops.create(graph));
      var unused = new Mae(params, model);
      assertThat(params.all().stream().mapToLong(Param::size).sum()).isEqualTo(size(model));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "preset: SMALL_28_4",
        "preset: SMALL_32_4",
        "preset: SMALL_28_4 image { channels: 3 } patch { height: 7 width: 14 }",
        "preset: SMALL_32_4 image { height: 16 width: 48 channels: 4 }",
        "preset: SMALL_32_4 image { height: 32 width: 8 channels: 1 } patch { height: 1 width: 2 }",
        "preset: SMALL_64_8 encoder { depth: 1 } decoder { width: 36 depth: 3 heads: 9 }",
        "preset: SMALL_64_8 encoder { width: 20 depth: 1 heads: 5 mlp_ratio: 1.5 } mask_ratio: 0.9"
      })
  void ofAnySizeRunsWithAFiniteGradientForEachParameter(String text) {
    var model =
        Experiments.complete(Experiments.parse("model { " + text + " }", "test"), name -> null)
            .getModel();
    try (var graph = new ScratchGraph()) {
      var grid = PatchGrid.of(model);
      var images = graph.input(2, grid.height(), grid.width(), grid.channels());
      var noise = graph.input(2, grid.count());
      var loss = new Mae(graph.params(), model).apply(graph.tf(), images, noise).loss();
      var params = graph.params().all();
      assertThat(params.stream().mapToLong(Param::size).sum()).isEqualTo(size(model));
      var gradients = graph.gradients(loss, params.stream().map(Param::value).toList());
      int values = 2 * grid.count() * grid.patchSize();
      graph.feed(images, Init.normal(1).values(new int[] {values}, DRAWS.at("images")));
      graph.feed(noise, Init.normal(1).values(new int[] {2 * grid.count()}, DRAWS.at("noise")));
      graph.initialisePerturbed(DRAWS);

      assertThat(graph.run(loss)[0]).isPositive().isFinite();
      var found = graph.run(gradients);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i))
            .as(params.get(i).name())
            .isNotEqualTo(new float[found.get(i).length])
            .doesNotContain(Float.NaN);
      }
    }
  }

  /** Counted by hand: what a Vision Transformer's sizes say, not what the graph made. */
  private static long size(ModelConfig model) {
    long patches =
        (long) (model.getImage().getHeight() / model.getPatch().getHeight())
            * (model.getImage().getWidth() / model.getPatch().getWidth());
    long values =
        (long) model.getPatch().getHeight()
            * model.getPatch().getWidth()
            * model.getImage().getChannels();
    long wide = model.getEncoder().getWidth();
    long narrow = model.getDecoder().getWidth();
    long embedding = values * wide + wide;
    long tables = (1 + patches) * (wide + narrow);
    long tokens = wide + narrow;
    long between = wide * narrow + narrow;
    long prediction = narrow * values + values;
    long norms = 2 * wide + 2 * narrow;
    return embedding
        + tables
        + tokens
        + blocks(model.getEncoder())
        + between
        + blocks(model.getDecoder())
        + norms
        + prediction;
  }

  private static long blocks(TransformerConfig config) {
    long width = config.getWidth();
    long hidden = (long) (width * config.getMlpRatio());
    long attention = width * 3 * width + 3 * width + width * width + width;
    long mlp = width * hidden + hidden + hidden * width + width;
    return config.getDepth() * (4 * width + attention + mlp);
  }
}
