package org.maejava.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.ScratchGraph;
import org.maejava.proto.GradientClip;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

@DisplayName("The joint gradient norm")
class GradientNormTest {

  @Test
  void isTakenOverAllGradientsTogetherAndClipsThemTogether() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      List<Operand<TFloat32>> gradients =
          List.of(tf.constant(new float[] {3, 0}), tf.constant(new float[][] {{4}, {12}}));
      var norm = GradientNorm.of(tf, gradients);
      var clip = GradientClip.newBuilder().setMaxNorm(6.5).build();
      var clipped = GradientNorm.clip(tf, gradients, norm, clip);
      assertThat(graph.run(norm)).containsExactly(13);
      assertThatValues(graph.run(clipped.get(0))).isCloseTo(new float[] {1.5f, 0}, 1e-6, 0);
      assertThatValues(graph.run(clipped.get(1))).isCloseTo(new float[] {2, 6}, 1e-6, 0);
    }
  }

  @Test
  void leavesGradientsBelowTheLimitAsTheyAre() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      List<Operand<TFloat32>> gradients = List.of(tf.constant(new float[] {0.3f, 0.4f}));
      var clip = GradientClip.newBuilder().setMaxNorm(1).build();
      var clipped = GradientNorm.clip(tf, gradients, GradientNorm.of(tf, gradients), clip);
      assertThat(graph.run(clipped.get(0))).containsExactly(0.3f, 0.4f);
    }
  }
}
