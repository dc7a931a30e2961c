package org.maejava.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.SyntheticImages;
import org.maejava.golden.TinyModel;
import org.maejava.model.Mae;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.optim.Schedule;
import org.maejava.proto.AdamW;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

@DisplayName("An untrained model on eight structured images")
class OverfitIT {

  private static final int STEPS = 150;

  private static TrainingGraph graph(boolean normalised) {
    var training =
        TrainingConfig.newBuilder()
            .setAccumulationSteps(1)
            .setAdamw(AdamW.newBuilder().setBeta1(0.9).setBeta2(0.95).setEpsilon(1e-8))
            .setWeightDecay(0.05)
            .build();
    return new TrainingGraph(
        (tf, params) -> objective(tf, params, normalised),
        params -> ParamPlan.pretraining(params, training),
        training,
        ConfigProto.getDefaultInstance());
  }

  private static Objective objective(Ops tf, Params params, boolean normalised) {
    var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(8, 32, 32, 3)));
    var noise = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(8, 64)));
    var loss = new Mae(params, TinyModel.of(normalised)).apply(tf, images, noise).loss();
    return new Objective(Map.of(Batch.IMAGES, images, Batch.NOISE, noise), loss, List.of());
  }

  private static double[] train(TrainingGraph graph, int steps) {
    var schedule = new Schedule(1e-2, 0, 10, STEPS);
    var losses = new double[steps];
    graph.initialise(new Draws(6));
    try (var batch = SyntheticImages.batch(0, 8)) {
      for (int step = 0; step < steps; step++) {
        losses[step] = graph.step(List.of(batch), schedule.rate(step), step + 1).loss();
      }
    }
    return losses;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void learnsThemByHeartToAThirdOfTheFirstLoss(boolean normalised) {
    try (var graph = graph(normalised)) {
      var losses = train(graph, STEPS);
      assertThat(losses[STEPS - 1]).isLessThan(losses[0] / 3);
    }
  }

  @Test
  void endsAtTheSameBitsEveryTime() {
    try (var first = graph(true);
        var second = graph(true)) {
      assertThat(train(second, 40)).containsExactly(train(first, 40));
      for (var name : first.weights().shapes().keySet()) {
        assertThat(second.weights().floats(name)).containsExactly(first.weights().floats(name));
      }
      for (var name : first.optimizerState().shapes().keySet()) {
        assertThat(second.optimizerState().floats(name))
            .containsExactly(first.optimizerState().floats(name));
      }
    }
  }
}
