package org.maejava.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.ScratchGraph;
import org.maejava.random.Draws;
import org.tensorflow.Operand;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

@DisplayName("A fused expression")
class FusionTest {

  private static final Draws DRAWS = new Draws(17);
  private static final int ROWS = 37;
  private static final int WIDTH = 19;

  /** Values of its float32 result and of the rounded one. */
  private static List<float[]> of(
      Fusion fusion, Class<? extends TFloating> type, boolean compiled) {
    try (var graph = new ScratchGraph(Kernels.forTrainingOnProcessors())) {
      var tf = graph.tf();
      var inputs =
          switch (fusion) {
            case GELU -> List.of(matrix(graph, "p", type), row(graph));
            case GELU_GRADIENT ->
                List.of(matrix(graph, "p", type), row(graph), matrix(graph, "dy", type));
            case SOFTMAX_GRADIENT ->
                List.of(matrix(graph, "p", type), matrix(graph, "dp", type), column(graph));
          };
      fusion.attach(tf, inputs.stream().map(Operand::type).toList());
      var result = compiled ? fusion.of(tf, inputs) : fusion.plain(tf, inputs);
      assertThat(result.rounded().type()).isEqualTo(type);
      @SuppressWarnings("unchecked") // of a floating type
      var rounded = (Operand<? extends TFloating>) result.rounded();
      return graph.run(
          List.of(
              tf.identity(result.float32()), tf.identity(Casts.to(tf, rounded, TFloat32.class))));
    }
  }

  private static Operand<? extends TFloating> matrix(
      ScratchGraph graph, String name, Class<? extends TFloating> type) {
    return Casts.to(graph.tf(), fed(graph, name, ROWS, WIDTH), type);
  }

  private static Operand<TFloat32> row(ScratchGraph graph) {
    return fed(graph, "row", WIDTH);
  }

  private static Operand<TFloat32> column(ScratchGraph graph) {
    return fed(graph, "column", ROWS, 1);
  }

  private static Operand<TFloat32> fed(ScratchGraph graph, String name, int... shape) {
    var input = graph.input(Arrays.stream(shape).asLongStream().toArray());
    graph.feed(input, Init.normal(2).values(shape, DRAWS.at(name)));
    return input;
  }

  @Test
  void isWhatTensorFlowsOwnOperationsGive() {
    for (var fusion : Fusion.values()) {
      for (var type : List.of(TFloat32.class, TBfloat16.class)) {
        var compiled = of(fusion, type, true);
        var plain = of(fusion, type, false);
        assertThatValues(compiled.get(0))
            .as("%s of %s", fusion, type)
            .isCloseTo(plain.get(0), 1e-6, 1e-6);
        // A value between two bfloat16 numbers may go to either: they are 2⁻⁸ apart at most.
        assertThatValues(compiled.get(1))
            .as("%s of %s, rounded", fusion, type)
            .isCloseTo(plain.get(1), 1.0 / 128, 1e-6);
      }
    }
  }

  /** Tens of parts call the same expression side by side, on several threads. */
  @Test
  void isTheSameWhoeverAsks() {
    var first = of(Fusion.GELU_GRADIENT, TFloat32.class, true);
    var others =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(i -> of(Fusion.GELU_GRADIENT, TFloat32.class, true).get(0))
            .toList();
    assertThat(others).allSatisfy(values -> assertThat(values).isEqualTo(first.get(0)));
  }
}
