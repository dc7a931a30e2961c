package org.maejava.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.golden.ScratchGraph;
import org.maejava.nn.Params.Param;
import org.maejava.random.Draws;
import org.tensorflow.Operand;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;

/** Bfloat16 keeps 8 bits of a number: one rounding is off by at most 2⁻⁹, 0.2 %. */
@DisplayName("In bfloat16")
class Bfloat16Test {

  private static final Draws DRAWS = new Draws(90);
  private static final int[] SHAPE = {8, 65, 48};

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.portable(), Kernels.forTrainingOnProcessors()).distinct();
  }

  /** Output and gradients of a block, the input's included, by name. */
  private static Map<String, float[]> block(Function<ScratchGraph, Params> paramsOf) {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      var params = paramsOf.apply(graph);
      var x = graph.input(8, 65, 48);
      graph.feed(x, Init.normal(1).values(SHAPE, DRAWS.at("x")));
      var output = new Block(params, 48, 3, 4).apply(tf, x);
      assertThat(output.type()).isEqualTo(TFloat32.class);
      var weights = Init.normal(1).values(SHAPE, DRAWS.at("weights"));
      var loss = graph.weightedSum(output, weights);
      var all = params.all();
      assertThat(all)
          .allSatisfy(param -> assertThat(param.value().type()).isEqualTo(TFloat32.class));
      var gradients = graph.gradients(loss, all.stream().map(Param::value).toList());
      var ofInput = graph.gradients(loss, List.of(x)).get(0);
      graph.variables(params).initialise(DRAWS);
      var found =
          graph.run(
              Stream.<Operand<TFloat32>>concat(Stream.of(output, ofInput), gradients.stream())
                  .toList());
      var byName =
          IntStream.range(0, all.size())
              .boxed()
              .collect(Collectors.toMap(i -> all.get(i).name(), i -> found.get(2 + i)));
      byName.put("output", found.get(0));
      byName.put("input", found.get(1));
      return byName;
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aBlocksOutputAndGradientsAreThoseOfFloat32WithinItsRounding(Kernels kernels) {
    var exact = block(ScratchGraph::params);
    var rounded = block(graph -> Params.in(graph.tf(), TBfloat16.class, kernels));
    assertThat(rounded.get("output")).isNotEqualTo(exact.get("output"));
    exact.forEach(
        (name, expected) -> {
          // The key's bias has no gradient but rounding.
          if (!name.equals("attn.qkv.bias")) {
            // Processors without bfloat16 products round more often: 0.041 was seen there.
            assertThatValues(rounded.get(name)).as(name).isCloseTo(expected, 0.06, 0);
          }
        });
  }

  /** Sums over many rows must not be kept in 8 bits, where 256 + 1 is 256. */
  @ParameterizedTest
  @MethodSource("kernels")
  void aBiasGradientAddsUpManyRows(Kernels kernels) {
    try (var graph = new ScratchGraph(kernels)) {
      var tf = graph.tf();
      int rows = 20_000;
      var linear = new Linear(graph.params(), 2, 1);
      var x =
          tf.dtypes.cast(
              tf.ones(tf.constant(new int[] {rows, 2}), TFloat32.class), TBfloat16.class);
      var sum =
          tf.reduceSum(
              tf.dtypes.cast(linear.apply(tf, x), TFloat32.class), tf.constant(new int[] {0, 1}));
      var values = graph.params().all().stream().map(Param::value).toList();
      var gradients = graph.gradients(sum, values);
      graph.initialisePerturbed(DRAWS);
      var found = graph.run(gradients);
      assertThatValues(found.get(0)).isCloseTo(new float[] {rows, rows}, 0.01, 0);
      assertThatValues(found.get(1)).isCloseTo(new float[] {rows}, 0.01, 0);
    }
  }
}
