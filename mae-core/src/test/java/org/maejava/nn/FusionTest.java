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

  /** All that it gives. */
  private static List<float[]> of(
      Fusion fusion, Class<? extends TFloating> type, boolean compiled) {
    try (var graph = new ScratchGraph(Kernels.forTrainingOnProcessors())) {
      var tf = graph.tf();
      var inputs =
          switch (fusion) {
            case GELU -> List.of(matrix(graph, "p", type), row(graph));
            case GELU_GRADIENT ->
                List.of(matrix(graph, "p", type), row(graph), matrix(graph, "dy", type));
            case SUM -> List.of(matrix(graph, "a", type), matrix(graph, "b", type));
            case SOFTMAX_GRADIENT ->
                List.of(matrix(graph, "p", type), matrix(graph, "dp", type), column(graph));
          };
      fusion.attach(tf, inputs.stream().map(Operand::type).toList());
      var result = compiled ? fusion.of(tf, inputs) : fusion.plain(tf, inputs);
      if (fusion != Fusion.SUM) {
        assertThat(result.like(inputs.get(0)).type()).isEqualTo(type);
      }
      if (fusion == Fusion.SUM || fusion == Fusion.GELU_GRADIENT) {
        assertThat(result.float32().type()).isEqualTo(TFloat32.class);
      }
      return graph.run(
          result.values().stream()
              .map(value -> tf.identity(tf.dtypes.cast(value, TFloat32.class)))
              .toList());
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
        assertThat(compiled).hasSameSizeAs(plain);
        for (int i = 0; i < plain.size(); i++) {
          boolean rounded = i == 0 && type.equals(TBfloat16.class) && fusion != Fusion.SUM;
          // A value between two bfloat16 numbers may go to either: they are 2⁻⁸ apart at most.
          assertThatValues(compiled.get(i))
              .as("%s of %s, output %d", fusion, type, i)
              .isCloseTo(plain.get(i), rounded ? 1.0 / 128 : 1e-6, 1e-6);
        }
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
