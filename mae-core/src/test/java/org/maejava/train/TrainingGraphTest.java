package org.maejava.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.Golden;
import org.maejava.golden.SyntheticImages;
import org.maejava.golden.TinyModel;
import org.maejava.model.Mae;
import org.maejava.nn.FeatureNorm;
import org.maejava.nn.Init;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.Position;
import org.maejava.proto.Sgd;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

@DisplayName("The training graph")
class TrainingGraphTest {

  /** Momentum without Adam's division, which would amplify rounding to a whole step. */
  private static TrainingGraph graph(int accumulationSteps) {
    var training =
        TrainingConfig.newBuilder()
            .setAccumulationSteps(accumulationSteps)
            .setSgd(Sgd.newBuilder().setMomentum(0.9))
            .setWeightDecay(0.05)
            .build();
    return new TrainingGraph(
        TrainingGraphTest::objective,
        params -> ParamPlan.pretraining(params, training),
        training,
        ConfigProto.getDefaultInstance());
  }

  private static Objective objective(Ops tf, Params params) {
    var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
    var noise = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 64)));
    var loss = new Mae(params, TinyModel.of(false)).apply(tf, images, noise).loss();
    return new Objective(Map.of(Batch.IMAGES, images, Batch.NOISE, noise), loss, List.of());
  }

  /** One update for each step on eight images, in equal micro-batches. */
  private static void train(TrainingGraph graph, int microBatches, int steps, double rate) {
    int size = 8 / microBatches;
    var batches =
        IntStream.range(0, microBatches)
            .mapToObj(i -> SyntheticImages.batch(i * size, (i + 1) * size))
            .toList();
    for (int step = 1; step <= steps; step++) {
      assertThat(graph.step(batches, rate, step).loss()).isFinite();
    }
    batches.forEach(Batch::close);
  }

  @Test
  void movesParametersTheSameByTwoHalfBatchesAsByOneWhole() {
    try (var whole = graph(1);
        var halves = graph(2);
        var quarters = graph(4)) {
      whole.initialise(new Draws(1));
      halves.initialise(new Draws(1));
      quarters.initialise(new Draws(1));
      var start = whole.weights().floats("decoder_pred.weight");
      train(whole, 1, 5, 0.05);
      train(halves, 2, 5, 0.05);
      train(quarters, 4, 5, 0.05);
      assertThat(whole.weights().floats("decoder_pred.weight")).isNotEqualTo(start);
      for (var name : whole.weights().shapes().keySet()) {
        var expected = whole.weights().floats(name);
        assertThatValues(halves.weights().floats(name)).as(name).isCloseTo(expected, 0, 1e-6);
        assertThatValues(quarters.weights().floats(name)).as(name).isCloseTo(expected, 0, 1e-6);
      }
    }
  }

  @Test
  void beginsEveryUpdateWithoutTheGradientsOfTheLast() {
    try (var graph = graph(2);
        var first = SyntheticImages.batch(0, 4);
        var second = SyntheticImages.batch(4, 8)) {
      graph.initialise(new Draws(1));
      var once = graph.step(List.of(first, second), 0, 1);
      var again = graph.step(List.of(first, second), 0, 2);
      assertThat(again).isEqualTo(once);
    }
  }

  /** Sums and statistics are as before the first batch, so the next update begins anew. */
  @Test
  void isAsBeforeAfterAnUpdateThatWasGivenUpBetweenItsBatches() {
    var training =
        TrainingConfig.newBuilder()
            .setAccumulationSteps(3)
            .setSgd(Sgd.newBuilder().setMomentum(0.9))
            .build();
    try (var graph =
            new TrainingGraph(
                TrainingGraphTest::probe,
                params -> new ParamPlan(List.of(new ParamPlan.Entry(params.get(2), 1, 0))),
                training,
                ConfigProto.getDefaultInstance());
        var straight =
            new TrainingGraph(
                TrainingGraphTest::probe,
                params -> new ParamPlan(List.of(new ParamPlan.Entry(params.get(2), 1, 0))),
                training,
                ConfigProto.getDefaultInstance());
        var batch = features()) {
      var batches = Collections.nCopies(3, batch);
      graph.initialise(new Draws(1));
      straight.initialise(new Draws(1));
      graph.step(batches, 0.1, 1);
      var asked = new int[1];
      assertThat(graph.step(batches, 0.1, 2, () -> ++asked[0] == 2)).isEmpty();
      assertThat(asked[0]).as("two batches were added up before").isEqualTo(2);
      straight.step(batches, 0.1, 1);
      for (int update = 1; update <= 2; update++) {
        for (var name : straight.weights().shapes().keySet()) {
          assertThat(graph.weights().floats(name))
              .as(name)
              .containsExactly(straight.weights().floats(name));
        }
        assertThat(graph.step(batches, 0.1, 2)).isEqualTo(straight.step(batches, 0.1, 2));
      }
    }
  }

  @Test
  void goesOnAfterItsVariablesWereRestoredWithoutInitialValues() {
    try (var trained = graph(2);
        var resumed = graph(2)) {
      trained.initialise(new Draws(1));
      train(trained, 2, 1, 0.05);
      resumed.weights().restore("trained", trained.weights(), n -> false, n -> false);
      resumed.optimizerState().restore("trained", trained.optimizerState(), n -> false, n -> false);
      train(trained, 2, 2, 0.05);
      train(resumed, 2, 2, 0.05);
      for (var name : trained.weights().shapes().keySet()) {
        assertThat(resumed.weights().floats(name)).containsExactly(trained.weights().floats(name));
      }
    }
  }

  /** Each micro-batch moves the statistics a tenth of the way, as one of its own would. */
  @Test
  void runsTheObjectivesUpdatesWithEveryBatch() {
    for (int accumulationSteps = 1; accumulationSteps <= 2; accumulationSteps++) {
      var training =
          TrainingConfig.newBuilder()
              .setAccumulationSteps(accumulationSteps)
              .setSgd(Sgd.newBuilder().setMomentum(0.9))
              .build();
      try (var graph =
              new TrainingGraph(
                  TrainingGraphTest::probe,
                  params -> new ParamPlan(List.of(new ParamPlan.Entry(params.get(2), 1, 0))),
                  training,
                  ConfigProto.getDefaultInstance());
          var batch = features()) {
        graph.initialise(new Draws(1));
        graph.step(Collections.nCopies(accumulationSteps, batch), 0.1, 1);
        // Towards the mean 3 from 0: 0.3, then 0.3 + 0.27.
        assertThatValues(graph.weights().floats("running_mean"))
            .isCloseTo(new float[] {accumulationSteps == 1 ? 0.3f : 0.57f}, 1e-6, 0);
      }
    }
  }

  private static Objective probe(Ops tf, Params params) {
    var x = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, 1)));
    var trained = new FeatureNorm(params, 1).train(tf, x);
    var weight = params.get("weight", Init.ones(), 1);
    var loss = tf.math.mean(tf.math.mul(trained.output(), weight), tf.constant(new int[] {0, 1}));
    return new Objective(Map.of(Batch.IMAGES, x), loss, trained.updates());
  }

  private static Batch features() {
    return new Batch(
        Map.of(Batch.IMAGES, Golden.tensor(new float[] {1, 5}, List.of(2, 1))),
        2,
        Position.getDefaultInstance(),
        List.of());
  }

  @Test
  void leavesPositionTablesAlone() {
    try (var graph = graph(1)) {
      graph.initialise(new Draws(1));
      var before = graph.weights().floats("pos_embed");
      train(graph, 1, 2, 0.05);
      assertThat(graph.weights().floats("pos_embed")).containsExactly(before);
      assertThat(graph.optimizerState().shapes()).doesNotContainKey("pos_embed.momentum");
    }
  }

  @Test
  void saysWhichInputABatchLacks() {
    try (var graph = graph(1);
        var whole = SyntheticImages.batch(0, 2)) {
      graph.initialise(new Draws(1));
      var images = Map.of(Batch.IMAGES, whole.tensors().get(Batch.IMAGES));
      var batch = new Batch(images, 2, Position.getDefaultInstance(), List.of());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> graph.step(List.of(batch), 0.1, 1))
          .withMessage("the batch has no noise; it has [images]");
    }
  }

  @Test
  void takesAsManyBatchesAsItAccumulates() {
    try (var graph = graph(2);
        var batch = SyntheticImages.batch(0, 2)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> graph.step(List.of(batch), 0.1, 1))
          .withMessage("an update takes 2 batches, not 1");
    }
  }
}
