package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.Golden;
import org.maejava.golden.KeyBias;
import org.maejava.golden.TensorAssert;
import org.maejava.golden.TinyModel;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.AdamW;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Position;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.maejava.train.Batch;
import org.maejava.train.Objective;
import org.maejava.train.TrainingGraph;
import org.maejava.train.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

@DisplayName("The model on the published code's weights and inputs")
class MaeParityTest {

  private static final double RELATIVE = 1e-5;
  private static final double ABSOLUTE = 1e-6;

  /**
   * Adam divides a gradient by its size, so rounding of a near-zero one shows as part of the rate.
   */
  private static final double AFTER_FIVE_STEPS = 1e-5;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hasThePublishedLossLatentPredictionAndMask(boolean normalised) {
    try (var golden = Golden.open(family(normalised))) {
      var outputs =
          run(
              TinyModel.of(normalised),
              golden,
              0,
              built -> {
                var output = built.mae().apply(built.tf(), built.images(), built.noise());
                var pictures = built.mae().reconstruct(built.tf(), built.images(), built.noise());
                return List.of(
                    output.loss(), output.latent(), pictures.prediction(), pictures.mask());
              });
      assertThatValues(outputs.get(0)).isCloseTo(golden.floats("loss"), RELATIVE, 0);
      assertThatValues(outputs.get(1)).isCloseTo(golden.floats("latent"), RELATIVE, ABSOLUTE);
      assertThatValues(outputs.get(2)).isCloseTo(golden.floats("pred"), RELATIVE, ABSOLUTE);
      assertThat(outputs.get(3)).containsExactly(golden.floats("mask"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hasThePublishedGradientOfEveryParameter(boolean normalised) {
    try (var golden = Golden.open(family(normalised))) {
      var names = golden.under("grad.");
      var gradients =
          run(
              TinyModel.of(normalised),
              golden,
              0,
              built -> {
                var loss = built.mae().apply(built.tf(), built.images(), built.noise()).loss();
                return gradients(built, loss, names);
              });
      for (int i = 0; i < names.size(); i++) {
        assertThatValues(gradients.get(i))
            .as(names.get(i))
            .isCloseTo(golden.floats("grad." + names.get(i)), RELATIVE, ABSOLUTE);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 0.5", "false, 0.6", "false, 0.9", "true, 0.5", "true, 0.6", "true, 0.9"})
  void hasThePublishedLossAndMaskAtOtherRatios(boolean normalised, String ratio) {
    try (var golden = Golden.open(family(normalised));
        var ratios = Golden.open(family(normalised) + "_ratios")) {
      var model =
          TinyModel.of(normalised).toBuilder().setMaskRatio(Double.parseDouble(ratio)).build();
      var outputs =
          run(
              model,
              golden,
              1,
              built -> {
                var output = built.mae().apply(built.tf(), built.images(), built.noise());
                return List.of(output.loss(), output.masking().mask(built.tf()));
              });
      assertThatValues(outputs.get(0)).isCloseTo(ratios.floats("loss_" + ratio), RELATIVE, 0);
      assertThat(outputs.get(1)).containsExactly(ratios.floats("mask_" + ratio));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hasThePublishedParametersAfterFiveAdamWSteps(boolean normalised) {
    var training =
        TrainingConfig.newBuilder()
            .setAccumulationSteps(1)
            .setAdamw(AdamW.newBuilder().setBeta1(0.9).setBeta2(0.95).setEpsilon(1e-8))
            .setWeightDecay(0.05)
            .build();
    try (var golden = Golden.open(family(normalised));
        var inputs = Golden.open("inputs");
        var graph =
            new TrainingGraph(
                (tf, params) -> objective(tf, params, TinyModel.of(normalised)),
                params -> ParamPlan.pretraining(params, training),
                training,
                ConfigProto.getDefaultInstance())) {
      graph.initialise(new Draws(0));
      restore(graph.weights(), golden);
      var losses = new float[5];
      for (int step = 0; step < 5; step++) {
        try (var batch = batch(inputs, step)) {
          losses[step] = (float) graph.step(List.of(batch), 1e-3, step + 1).loss();
        }
      }
      assertThatValues(losses).isCloseTo(golden.floats("train.losses"), RELATIVE, 0);
      for (var name : golden.under("after5.")) {
        var expected = golden.floats("after5." + name);
        assertThatValues(KeyBias.exempt(name, expected, graph.weights().floats(name), 5 * 1e-3))
            .as(name)
            .isCloseTo(expected, 0, AFTER_FIVE_STEPS);
      }
    }
  }

  private record Built(
      Ops tf,
      Graph graph,
      Params params,
      Mae mae,
      Operand<TFloat32> images,
      Operand<TFloat32> noise) {}

  /** The values of what {@code outputs} adds to the graph, on the golden weights and inputs. */
  private static List<float[]> run(
      ModelConfig model,
      Golden golden,
      int input,
      Function<Built, List<Operand<TFloat32>>> outputs) {
    try (var graph = new Graph();
        var session = new Session(graph);
        var inputs = Golden.open("inputs");
        var imageTensor = inputs.images("pretrain.imgs", input);
        var noiseTensor = inputs.slice("pretrain.noise", input)) {
      var tf = Ops.create(graph);
      var params = Params.in(tf);
      var images = placeholder(tf, 3, 32, 32, 3);
      var noise = placeholder(tf, 3, 64);
      var fetched =
          outputs.apply(new Built(tf, graph, params, new Mae(params, model), images, noise));
      restore(new Variables(tf, session, params.all()), golden);

      var runner = session.runner().feed(images, imageTensor).feed(noise, noiseTensor);
      fetched.forEach(runner::fetch);
      try (Result result = runner.run()) {
        return IntStream.range(0, fetched.size())
            .mapToObj(i -> TensorAssert.floats(result.get(i)))
            .toList();
      }
    }
  }

  private static List<Operand<TFloat32>> gradients(
      Built built, Operand<TFloat32> loss, List<String> names) {
    var byName = new HashMap<String, Output<?>>();
    built.params().all().forEach(p -> byName.put(p.name(), p.value().asOutput()));
    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            byName.keySet().stream().filter(name -> !VitNames.isPositionTable(name)).toList());
    var values = names.stream().map(byName::get).toArray(Output<?>[]::new);
    return Arrays.stream(built.graph().addGradients(loss.asOutput(), values))
        .<Operand<TFloat32>>map(MaeParityTest::floats)
        .toList();
  }

  @SuppressWarnings("unchecked")
  private static Output<TFloat32> floats(Output<?> output) {
    return (Output<TFloat32>) output;
  }

  private static Objective objective(Ops tf, Params params, ModelConfig model) {
    var images = placeholder(tf, 3, 32, 32, 3);
    var noise = placeholder(tf, 3, 64);
    var loss = new Mae(params, model).apply(tf, images, noise).loss();
    return new Objective(Map.of(Batch.IMAGES, images, Batch.NOISE, noise), loss, List.of());
  }

  private static Batch batch(Golden inputs, int step) {
    return new Batch(
        Map.of(
            Batch.IMAGES, inputs.images("pretrain.imgs", step),
            Batch.NOISE, inputs.slice("pretrain.noise", step)),
        3,
        Position.getDefaultInstance(),
        List.of());
  }

  private static Operand<TFloat32> placeholder(Ops tf, long... shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }

  private static void restore(Variables weights, Golden golden) {
    weights.restore("golden", golden.weights("param."), name -> false, name -> false);
  }

  private static String family(boolean normalised) {
    return normalised ? "mae_tiny_npl1" : "mae_tiny_npl0";
  }
}
