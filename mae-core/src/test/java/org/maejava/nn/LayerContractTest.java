package org.maejava.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.golden.FiniteDifferences;
import org.maejava.golden.ScratchGraph;
import org.maejava.model.PatchEmbed;
import org.maejava.model.PatchGrid;
import org.maejava.random.Draws;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@DisplayName("Every layer")
class LayerContractTest {

  private static final Draws DRAWS = new Draws(20);

  /** One layer on one shape, with the parameters that it must make, in order. */
  private record Subject(
      String name,
      List<Integer> in,
      List<Integer> out,
      List<String> parameters,
      Function<Params, Layer> make,
      Kernels kernels) {
    private Subject(
        String name,
        List<Integer> in,
        List<Integer> out,
        List<String> parameters,
        Function<Params, Layer> make) {
      this(name, in, out, parameters, make, Kernels.portable());
    }

    private Subject with(Kernels others) {
      return new Subject(
          name + ", " + others.getClass().getSimpleName(), in, out, parameters, make, others);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Every layer with the kernels of inference and with those of training. */
  static Stream<Subject> subjects() {
    return Stream.of(Kernels.portable(), Kernels.forTrainingOnProcessors())
        .distinct()
        .flatMap(kernels -> layers().map(layer -> layer.with(kernels)));
  }

  private static Stream<Subject> layers() {
    var block =
        List.of(
            "norm1.weight [12]",
            "norm1.bias [12]",
            "attn.qkv.weight [36, 12]",
            "attn.qkv.bias [36]",
            "attn.proj.weight [12, 12]",
            "attn.proj.bias [12]",
            "norm2.weight [12]",
            "norm2.bias [12]",
            "mlp.fc1.weight [30, 12]",
            "mlp.fc1.bias [30]",
            "mlp.fc2.weight [12, 30]",
            "mlp.fc2.bias [12]");
    return Stream.of(
        new Subject(
            "Linear on tokens",
            List.of(2, 5, 7),
            List.of(2, 5, 3),
            List.of("weight [3, 7]", "bias [3]"),
            params -> new Linear(params, 7, 3)::apply),
        new Subject(
            "Linear on features",
            List.of(4, 7),
            List.of(4, 3),
            List.of("weight [3, 7]", "bias [3]"),
            params -> new Linear(params, 7, 3)::apply),
        new Subject(
            "LayerNorm",
            List.of(2, 5, 7),
            List.of(2, 5, 7),
            List.of("weight [7]", "bias [7]"),
            params -> new LayerNorm(params, 7)),
        new Subject(
            "Attention",
            List.of(2, 5, 12),
            List.of(2, 5, 12),
            List.of(
                "qkv.weight [36, 12]", "qkv.bias [36]", "proj.weight [12, 12]", "proj.bias [12]"),
            params -> new Attention(params, 12, 3)),
        new Subject(
            "Mlp",
            List.of(2, 5, 6),
            List.of(2, 5, 6),
            List.of("fc1.weight [15, 6]", "fc1.bias [15]", "fc2.weight [6, 15]", "fc2.bias [6]"),
            params -> new Mlp(params, 6, 15)),
        new Subject(
            "Block",
            List.of(2, 5, 12),
            List.of(2, 5, 12),
            block,
            params -> new Block(params, 12, 3, 2.5)),
        new Subject(
            "Block with dropped branches",
            List.of(2, 5, 12),
            List.of(2, 5, 12),
            block,
            params -> halfDropped(new Block(params, 12, 3, 2.5))),
        new Subject(
            "FeatureNorm in training",
            List.of(5, 6),
            List.of(5, 6),
            List.of("running_mean [6]", "running_var [6]"),
            params -> {
              var norm = new FeatureNorm(params, 6);
              return (tf, x) -> norm.train(tf, x).output();
            }),
        new Subject(
            "PatchEmbed",
            List.of(2, 3, 80),
            List.of(2, 3, 12),
            List.of("proj.weight [12, 4, 4, 5]", "proj.bias [12]"),
            params -> new PatchEmbed(params, new PatchGrid(3, 4, 4, 5, 4), 12)));
  }

  /** The first image loses its attention, the second its MLP. */
  private static Layer halfDropped(Block block) {
    return (tf, x) ->
        block.apply(
            tf,
            x,
            new DropPath(0.5, tf.constant(new float[] {0.2f, 0.7f})),
            new DropPath(0.5, tf.constant(new float[] {0.7f, 0.2f})));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void makesThePublishedParametersAndAnswersInTheStatedShape(Subject subject) {
    try (var graph = new ScratchGraph(subject.kernels())) {
      var output = subject.make().apply(graph.params()).apply(graph.tf(), input(graph, subject));
      assertThat(graph.params().all())
          .extracting(param -> param.name() + " " + param.shape())
          .containsExactlyElementsOf(subject.parameters());
      assertThat(output.shape()).isEqualTo(shape(subject.out()));
    }
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void answersTheSameForAnUnknownBatchAndEveryTime(Subject subject) {
    try (var graph = new ScratchGraph(subject.kernels())) {
      var layer = subject.make().apply(graph.params());
      var x = input(graph, subject);
      var outputs = new ArrayList<Operand<TFloat32>>();
      outputs.add(layer.apply(graph.tf(), x));
      if (!subject.name().startsWith("FeatureNorm")) { // its batch must be known
        outputs.add(layer.apply(graph.tf(), unknownBatch(graph.tf(), x)));
      }
      graph.initialisePerturbed(DRAWS);

      var first = graph.run(outputs);
      assertThat(graph.run(outputs).get(0)).containsExactly(first.get(0));
      assertThatValues(first.get(outputs.size() - 1)).isCloseTo(first.get(0), 1e-6, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void hasTheGradientThatFiniteDifferencesShow(Subject subject) {
    try (var graph = new ScratchGraph(subject.kernels())) {
      var tf = graph.tf();
      var x = input(graph, subject);
      var y = subject.make().apply(graph.params()).apply(tf, x);
      // A weighted sum, since a plain one is blind behind a norm.
      var weights = values(subject.out(), "weights");
      var loss = graph.weightedSum(y, weights);
      var trained =
          graph.params().all().stream().filter(p -> !p.name().startsWith("running")).toList();
      var wanted = new ArrayList<Operand<TFloat32>>(List.of(x));
      trained.forEach(param -> wanted.add(param.value()));
      var gradients = graph.gradients(loss, wanted);
      graph.initialisePerturbed(DRAWS);

      var found = graph.run(gradients);
      var at = values(subject.in(), "input");
      check("input", at, found.get(0), moved -> graph.feed(x, moved), graph, y, weights);
      for (int i = 0; i < trained.size(); i++) {
        var name = trained.get(i).name();
        var value = graph.weights().floats(name);
        check(name, value, found.get(1 + i), moved -> graph.set(name, moved), graph, y, weights);
      }
    }
  }

  private static void check(
      String what,
      float[] at,
      float[] gradient,
      Consumer<float[]> set,
      ScratchGraph graph,
      Operand<TFloat32> output,
      float[] weights) {
    assertThat(gradient).as("gradient of %s", what).isNotEqualTo(new float[gradient.length]);
    FiniteDifferences.check(
        what,
        at,
        gradient,
        moved -> {
          set.accept(moved);
          return dot(graph.run(output), weights);
        },
        DRAWS.at("direction " + what));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static Operand<TFloat32> input(ScratchGraph graph, Subject subject) {
    var x = graph.input(subject.in().stream().mapToLong(n -> n).toArray());
    graph.feed(x, values(subject.in(), "input"));
    return x;
  }

  private static float[] values(List<Integer> shape, String purpose) {
    return Init.normal(1).values(shape.stream().mapToInt(n -> n).toArray(), DRAWS.at(purpose));
  }

  private static Operand<TFloat32> unknownBatch(Ops tf, Operand<TFloat32> x) {
    var dimensions = x.shape().asArray();
    dimensions[0] = -1;
    return tf.placeholderWithDefault(x, Shape.of(dimensions));
  }

  private static Shape shape(List<Integer> dimensions) {
    return Shape.of(dimensions.stream().mapToLong(n -> n).toArray());
  }
}
