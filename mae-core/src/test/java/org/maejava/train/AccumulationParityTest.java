package org.maejava.train;

import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.Golden;
import org.maejava.golden.KeyBias;
import org.maejava.golden.TinyModel;
import org.maejava.model.Mae;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.optim.Schedule;
import org.maejava.proto.AdamW;
import org.maejava.proto.Position;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

@DisplayName("Pre-training with accumulation and the schedule")
class AccumulationParityTest {

  private static final TrainingConfig TRAINING =
      TrainingConfig.newBuilder()
          .setAccumulationSteps(2)
          .setAdamw(AdamW.newBuilder().setBeta1(0.9).setBeta2(0.95).setEpsilon(1e-8))
          .setWeightDecay(0.05)
          .build();

  /** Adam divides a gradient by its size, so rounding of a near-zero one shows. */
  private static final double AFTER_STEPS = 1e-5;

  @Test
  void equalsThePublishedRunOfFourUpdatesFromEightMicroBatches() {
    try (var golden = Golden.open("mae_tiny_engine_sched_accum");
        var start = Golden.open("mae_tiny_npl1");
        var inputs = Golden.open("inputs");
        var graph =
            new TrainingGraph(
                AccumulationParityTest::objective,
                params -> ParamPlan.pretraining(params, TRAINING),
                TRAINING,
                ConfigProto.getDefaultInstance())) {
      graph.initialise(new Draws(0));
      graph.weights().restore("golden", start.weights("param."), n -> false, n -> false);

      var schedule = new Schedule(1e-3, 0, 1, 3);
      var order = golden.floats("order");
      var microLosses = golden.floats("losses");
      var rates = new float[4];
      var losses = new float[4];
      var expectedLosses = new float[4];
      double sumOfRates = 0;
      for (int update = 0; update < 4; update++) {
        double rate = schedule.rate(golden.floats("epochs")[update]);
        rates[update] = (float) rate;
        sumOfRates += rate;
        expectedLosses[update] = (microLosses[2 * update] + microLosses[2 * update + 1]) / 2;
        try (var first = batch(inputs, (int) order[2 * update]);
            var second = batch(inputs, (int) order[2 * update + 1])) {
          losses[update] = (float) graph.step(List.of(first, second), rate, update + 1).loss();
        }
      }

      assertThatValues(rates).isCloseTo(golden.floats("lrs"), 1e-7, 0);
      assertThatValues(losses).isCloseTo(expectedLosses, 1e-5, 0);
      for (var name : golden.under("after.")) {
        var expected = golden.floats("after." + name);
        assertThatValues(KeyBias.exempt(name, expected, graph.weights().floats(name), sumOfRates))
            .as(name)
            .isCloseTo(expected, 0, AFTER_STEPS);
      }
    }
  }

  private static Objective objective(Ops tf, Params params) {
    var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(3, 32, 32, 3)));
    var noise = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(3, 64)));
    var loss = new Mae(params, TinyModel.of(true)).apply(tf, images, noise).loss();
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
}
