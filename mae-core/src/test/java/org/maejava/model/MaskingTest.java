package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.Golden;
import org.maejava.golden.ScratchGraph;
import org.maejava.random.Draws;
import org.tensorflow.types.TFloat32;

@DisplayName("Masking")
class MaskingTest {

  /** Two images of four patches, of which two stay visible. */
  private static Masking twoOfFour(ScratchGraph graph) {
    var noise = graph.tf().constant(new float[][] {{0.9f, 0.1f, 0.5f, 0.3f}, {0, 0, 0, 0}});
    return Masking.lowest(graph.tf(), noise, 4, 2);
  }

  @Test
  void showsThePatchesWithTheLowestNoiseAndTheFirstOnesOnTies() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      var masking = twoOfFour(graph);
      var patches = tf.constant(new float[][][] {{{1}, {2}, {3}, {4}}, {{5}, {6}, {7}, {8}}});
      assertThat(graph.run(masking.visible(tf, patches))).containsExactly(2, 4, 5, 6);
      assertThat(graph.run(masking.hidden(tf, patches))).containsExactly(3, 1, 7, 8);
      assertThat(graph.run(masking.mask(tf))).containsExactly(1, 0, 1, 0, 0, 0, 1, 1);
    }
  }

  @Test
  void putsShuffledTokensBackInTheirPlaces() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      var masking = twoOfFour(graph);
      var patches = tf.constant(new float[][][] {{{1}, {2}, {3}, {4}}, {{5}, {6}, {7}, {8}}});
      var shuffled =
          tf.concat(
              List.of(masking.visible(tf, patches), masking.hidden(tf, patches)), tf.constant(1));
      assertThat(graph.run(masking.unshuffle(tf, shuffled)))
          .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }
  }

  @Test
  void restoresByThePublishedIndices() {
    try (var golden = Golden.open("mae_tiny_npl0");
        var inputs = Golden.open("inputs");
        var graph = new ScratchGraph()) {
      var noise = graph.input(3, 64);
      graph.feed(noise, inputs.slice("pretrain.noise", 0));
      var restore = Masking.lowest(graph.tf(), noise, 64, 16).restore(graph.tf());
      assertThat(graph.run(graph.tf().dtypes.cast(restore, TFloat32.class)))
          .containsExactly(golden.floats("ids_restore"));
    }
  }

  @Test
  void hidesExactlyTheStatedCountForAnyGridAndRatio() {
    var random = new Draws(2).at("cases");
    for (int i = 0; i < 60; i++) {
      int rows = random.nextInt(1, 15);
      int columns = random.nextInt(2, 15);
      int count = rows * columns;
      int visible = PatchGrid.visibleCount(count, random.nextDouble());
      var noise = new float[2 * count];
      for (int j = 0; j < noise.length; j++) {
        // Coarse, so that ties are common.
        noise[j] = random.nextInt(8) / 8f;
      }
      try (var graph = new ScratchGraph()) {
        var input = graph.input(2, count);
        graph.feed(input, noise);
        var mask = graph.run(Masking.lowest(graph.tf(), input, count, visible).mask(graph.tf()));
        for (int image = 0; image < 2; image++) {
          var ofImage = Arrays.copyOfRange(mask, image * count, (image + 1) * count);
          assertThat(ofImage).containsOnly(visible == 0 ? new float[] {1} : new float[] {0, 1});
          double hidden = 0;
          for (float m : ofImage) {
            hidden += m;
          }
          assertThat(hidden).isEqualTo(count - visible);
        }
      }
    }
  }
}
