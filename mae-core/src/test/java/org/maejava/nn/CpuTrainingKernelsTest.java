package org.maejava.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.ScratchGraph;
import org.maejava.random.Draws;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

@DisplayName("Kernels of training")
class CpuTrainingKernelsTest {

  private static final Draws DRAWS = new Draws(91);
  private static final int[] SHAPE = {3, 17, 24};

  /** Output, gradient of the input, gradients of all parameters. */
  private static List<float[]> ofABlock(Kernels kernels, double spread) {
    try (var graph = new ScratchGraph(kernels)) {
      var x = graph.input(3, 17, 24);
      graph.feed(x, Init.normal(spread).values(SHAPE, DRAWS.at("x")));
      var y = new Block(graph.params(), 24, 3, 4).apply(graph.tf(), x);
      var loss = graph.weightedSum(y, Init.normal(1).values(SHAPE, DRAWS.at("weights")));
      var wanted = new ArrayList<Operand<TFloat32>>(List.of(x));
      graph.params().all().forEach(param -> wanted.add(param.value()));
      var outputs = new ArrayList<Operand<TFloat32>>(List.of(y));
      outputs.addAll(graph.gradients(loss, wanted));
      graph.initialisePerturbed(DRAWS);
      return graph.run(outputs);
    }
  }

  @Test
  void giveWhatThePortableOnesGive() {
    var expected = ofABlock(Kernels.portable(), 1);
    var found = ofABlock(Kernels.forTrainingOnProcessors(), 1);
    for (int i = 0; i < expected.size(); i++) {
      assertThatValues(found.get(i)).as("tensor %s", i).isCloseTo(expected.get(i), 1e-5, 2e-5);
    }
  }

  /** Where a unit is far out, GELU's slope is 0 or 1, whatever overflows on the way. */
  @Test
  void giveAFiniteSlopeFarOut() {
    try (var graph = new ScratchGraph(Kernels.forTrainingOnProcessors())) {
      var x = graph.input(6, 1);
      graph.feed(x, new float[] {-1e6f, -40, -12, 12, 40, 1e6f});
      var tf = graph.tf();
      var one = tf.constant(new float[][] {{1}});
      var y = graph.params().kernels().linearGelu(tf, x, one, tf.constant(new float[] {0}));
      var loss = graph.weightedSum(y, new float[] {1, 1, 1, 1, 1, 1});
      var slope = graph.run(graph.gradients(loss, List.of(x))).get(0);
      assertThatValues(slope).isCloseTo(new float[] {0, 0, 0, 1, 1, 1}, 1e-6, 1e-6);
    }
  }

  @Test
  void doNotDependOnWhetherTheBatchIsKnown() {
    try (var graph = new ScratchGraph(Kernels.forTrainingOnProcessors())) {
      var x = graph.input(-1, 17, 24);
      var y = new Block(graph.params(), 24, 3, 4).apply(graph.tf(), x);
      assertThat(y.shape().asArray()).containsExactly(-1, 17, 24);
    }
  }
}
