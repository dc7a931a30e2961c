package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maejava.golden.Golden;
import org.maejava.golden.ScratchGraph;
import org.maejava.golden.SlantedModel;
import org.maejava.golden.TinyModel;
import org.maejava.nn.DropPath;
import org.maejava.nn.Init;
import org.maejava.nn.Layer;
import org.maejava.random.Draws;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@DisplayName("The encoder")
class EncoderTest {

  @ParameterizedTest
  @CsvSource({"12, 0.1", "24, 0.2"})
  void skipsBranchesWithThePublishedProbabilities(int depth, double rate) {
    var published =
        Golden.json("layer_decay")
            .getAsJsonObject()
            .getAsJsonArray("drop_path_rates depth" + depth + " rate" + rate);
    try (var graph = new ScratchGraph()) {
      var encoder =
          new Encoder(graph.params(), SlantedModel.grid(), TinyModel.transformer(12, depth, 3));
      var drops = encoder.dropPaths(graph.tf(), rate, graph.input(2, 2L * depth));
      assertThat(drops).hasSize(2 * depth);
      for (int block = 0; block < depth; block++) {
        // The published rates are float32.
        var expected = new float[] {published.get(block).getAsFloat()};
        for (var drop : List.of(drops.get(2 * block), drops.get(2 * block + 1))) {
          assertThatValues(new float[] {probability(drop)}).isCloseTo(expected, 2e-7, 0);
        }
      }
    }
  }

  private static float probability(Layer drop) {
    return drop instanceof DropPath path ? (float) path.probability() : 0;
  }

  @Test
  void givesEachBranchItsOwnColumnOfTheNoise() {
    try (var graph = new ScratchGraph()) {
      var noise = graph.input(2, 4);
      graph.feed(noise, new float[] {0, 1, 2, 3, 4, 5, 6, 7});
      var encoder =
          new Encoder(graph.params(), SlantedModel.grid(), TinyModel.transformer(12, 2, 3));
      var drops = encoder.dropPaths(graph.tf(), 0.5, noise);
      assertThat(graph.run(((DropPath) drops.get(2)).noise())).containsExactly(2, 6);
      assertThat(graph.run(((DropPath) drops.get(3)).noise())).containsExactly(3, 7);
    }
  }

  /** Self-attention knows tokens by their positions alone, so their order must not matter. */
  @Test
  void treatsASetOfPatchesTheSameInAnyOrder() {
    var patches = Init.normal(1).values(new int[] {3 * 80}, new Draws(1).at("patches"));
    var swapped = patches.clone();
    System.arraycopy(patches, 0, swapped, 160, 80);
    System.arraycopy(patches, 160, swapped, 0, 80);
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      var encoder =
          new Encoder(graph.params(), SlantedModel.grid(), SlantedModel.config().getEncoder());
      var x = graph.input(1, 3, 80);
      var inOrder = encode(graph, encoder, x, tf.constant(new int[][] {{7, 2, 11}}));
      var turned = encode(graph, encoder, x, tf.constant(new int[][] {{11, 2, 7}}));
      graph.initialisePerturbed(new Draws(2));
      graph.feed(x, patches);
      var expected = graph.run(inOrder);
      graph.feed(x, swapped);
      assertThatValues(graph.run(turned)).isCloseTo(expected, 1e-6, 0);
      assertThat(graph.run(inOrder)).isNotEqualTo(expected);
    }
  }

  /** The class token's row, which has seen all patches. */
  private static Operand<TFloat32> encode(
      ScratchGraph graph, Encoder encoder, Operand<TFloat32> patches, Operand<TInt32> indices) {
    var tf = graph.tf();
    return Tokens.slice(tf, encoder.apply(tf, encoder.embed(tf, patches, indices)), 0, 1);
  }
}
