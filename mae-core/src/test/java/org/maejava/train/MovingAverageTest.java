package org.maejava.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import com.google.common.base.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.SyntheticImages;
import org.maejava.golden.TinyModel;
import org.maejava.model.Mae;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.CheckpointState;
import org.maejava.proto.Sgd;
import org.maejava.proto.TrainingConfig;
import org.maejava.proto.WeightAverage;
import org.maejava.random.Draws;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

@DisplayName("The moving average of weights")
class MovingAverageTest {

  private static final double DECAY = 0.75;
  private static final String WEIGHT = "blocks.1.mlp.fc1.weight";

  @TempDir private Path folder;

  private static TrainingConfig training(int accumulationSteps) {
    return TrainingConfig.newBuilder()
        .setEpochs(6)
        .setBatchSize(4)
        .setAccumulationSteps(accumulationSteps)
        .setBaseRate(3)
        .setSgd(Sgd.newBuilder().setMomentum(0.9))
        .setWeightAverage(WeightAverage.newBuilder().setDecay(DECAY))
        .setSeed(5)
        .build();
  }

  private static TrainingGraph graph(int accumulationSteps) {
    var training = training(accumulationSteps);
    return new TrainingGraph(
        MovingAverageTest::objective,
        params -> ParamPlan.pretraining(params, training),
        training,
        ConfigProto.getDefaultInstance());
  }

  private static Objective objective(Ops tf, Params params) {
    var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(4, 32, 32, 3)));
    var noise = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(4, 64)));
    var loss = new Mae(params, TinyModel.of(false)).apply(tf, images, noise).loss();
    return new Objective(Map.of(Batch.IMAGES, images, Batch.NOISE, noise), loss, List.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void movesAfterEveryUpdateByOneMinusDecayTowardsTheNewWeights(int accumulationSteps) {
    try (var graph = graph(accumulationSteps);
        var batch = SyntheticImages.batch(0, 4)) {
      graph.initialise(new Draws(1));
      var expected = graph.weights().floats(WEIGHT);
      assertThat(graph.trained().floats(WEIGHT)).containsExactly(expected);
      for (int step = 1; step <= 4; step++) {
        graph.step(Collections.nCopies(accumulationSteps, batch), 0.05, step);
        var weights = graph.weights().floats(WEIGHT);
        for (int i = 0; i < expected.length; i++) {
          expected[i] += (float) (1 - DECAY) * (weights[i] - expected[i]);
        }
        assertThatValues(graph.trained().floats(WEIGHT)).isCloseTo(expected, 1e-6, 0);
        assertThat(weights).isNotEqualTo(expected);
      }
      assertThat(graph.trained().shapes()).isEqualTo(graph.weights().shapes());
      assertThat(graph.trained().floats("pos_embed"))
          .containsExactly(graph.weights().floats("pos_embed"));
      assertThat(graph.averages().orElseThrow().shapes()).doesNotContainKey("pos_embed");
    }
  }

  @Test
  void isInTheCheckpointAndGoesOnFromThereToTheLastBit() throws IOException {
    var straight = trainedTo(folder.resolve("straight"), 6);
    trainedTo(folder.resolve("stopped"), 3);
    assertThat(trainedTo(folder.resolve("stopped"), 6)).containsExactly(straight);
    try (var average =
        new Checkpoints(folder.resolve("straight")).latest().orElseThrow().trained()) {
      assertThat(average.floats(WEIGHT)).containsExactly(straight);
      assertThat(average.shapes()).containsKey("pos_embed");
    }
  }

  /** The average of one weight after so many steps, resuming what the folder holds. */
  private static float[] trainedTo(Path folder, int step) throws IOException {
    try (var graph = graph(1)) {
      var trainer =
          new Trainer(
              graph,
              training(1),
              1,
              new CheckpointPolicy(folder, 10, 2),
              CheckpointState.getDefaultInstance(),
              List.of(),
              Ticker.systemTicker());
      var latest = new Checkpoints(folder).latest();
      if (latest.isPresent()) {
        trainer.resume(latest.get());
      }
      trainer.run(
          Collections.nCopies(6, 0).stream().map(i -> SyntheticImages.batch(0, 4)).iterator(),
          () -> trainer.step() >= step);
      return graph.trained().floats(WEIGHT);
    }
  }

  /** What was restored after the initial values is what the average begins with. */
  @Test
  void beginsWithTheWeightsThatTrainingBeginsWith() throws IOException {
    try (var source = graph(1);
        var graph = graph(1)) {
      source.initialise(new Draws(77));
      var trainer =
          new Trainer(
              graph,
              training(1),
              1,
              Checkpointing.none(),
              CheckpointState.getDefaultInstance(),
              List.of(),
              Ticker.systemTicker());
      graph.weights().restore("pretrained", source.weights(), n -> false, n -> false);
      trainer.run(Collections.emptyIterator(), () -> true);
      assertThat(graph.trained().floats(WEIGHT)).containsExactly(source.weights().floats(WEIGHT));
    }
  }
}
