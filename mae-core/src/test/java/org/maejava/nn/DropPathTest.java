package org.maejava.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.ScratchGraph;
import org.maejava.random.Draws;

@DisplayName("Stochastic depth")
class DropPathTest {

  @Test
  void skipsTheImagesWhoseNoiseIsBelowTheProbabilityAndScalesTheOthers() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      var noise = tf.constant(new float[] {0f, 0.2499f, 0.25f, 0.9999f});
      var branch = tf.constant(new float[][][] {{{3}}, {{3}}, {{3}}, {{3}}});
      assertThat(graph.run(new DropPath(0.25, noise).apply(tf, branch)))
          .containsExactly(0, 0, 4, 4);
    }
  }

  @Test
  void keepsTheExpectedValueOfABranch() {
    int images = 20_000;
    var noise = new float[images];
    var random = new Draws(3).at("noise");
    for (int i = 0; i < images; i++) {
      noise[i] = random.nextFloat();
    }
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      var branch = tf.broadcastTo(tf.constant(1f), tf.constant(new int[] {images, 1, 1}));
      double sum = 0;
      for (float value : graph.run(new DropPath(0.3, tf.constant(noise)).apply(tf, branch))) {
        sum += value;
      }
      // A mean of Bernoulli(0.7) / 0.7: five standard errors.
      double standardError = Math.sqrt(0.3 / 0.7 / images);
      assertThat(Math.abs(sum / images - 1)).isLessThan(5 * standardError);
    }
  }
}
