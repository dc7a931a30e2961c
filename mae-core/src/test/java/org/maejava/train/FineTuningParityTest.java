package org.maejava.train;

import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.maejava.golden.Golden;
import org.maejava.golden.KeyBias;
import org.maejava.golden.Labels;
import org.maejava.golden.TinyModel;
import org.maejava.model.Classifier;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.AdamW;
import org.maejava.proto.AllParameters;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.GradientClip;
import org.maejava.proto.Pooling;
import org.maejava.proto.Position;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

@DisplayName("Fine-tuning from the published weights")
class FineTuningParityTest {

  private static final double RATE = 1e-3;
  private static final TrainingConfig TRAINING =
      TrainingConfig.newBuilder()
          .setAccumulationSteps(1)
          .setAdamw(AdamW.newBuilder().setBeta1(0.9).setBeta2(0.999).setEpsilon(1e-8))
          .setWeightDecay(0.05)
          .setLayerDecay(0.75)
          .build();

  /**
   * Adam divides a gradient by its size, so rounding of a near-zero one shows as part of the rate.
   */
  private static final double AFTER_STEPS = 1e-5;

  @ParameterizedTest
  @EnumSource(names = {"CLASS_TOKEN", "AVERAGE"})
  void ofFiveStepsWithLayerDecayEndsAtThePublishedParameters(Pooling pooling) {
    try (var golden = golden(pooling);
        var inputs = Golden.open("inputs");
        var graph = graph(pooling, TRAINING, golden)) {
      var losses = new float[5];
      for (int step = 0; step < 5; step++) {
        try (var batch = batch(inputs, step)) {
          losses[step] = (float) graph.step(List.of(batch), RATE, step + 1).loss();
        }
      }
      assertThatValues(losses).isCloseTo(golden.floats("train.losses"), 1e-5, 0);
      checkWeights(golden, "after5.", graph, 5);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CLASS_TOKEN", "AVERAGE"})
  void ofOneClippedStepHasThePublishedNormAndParameters(Pooling pooling) {
    var clipped =
        TRAINING.toBuilder().setGradientClip(GradientClip.newBuilder().setMaxNorm(0.5)).build();
    try (var golden = golden(pooling);
        var inputs = Golden.open("inputs");
        var graph = graph(pooling, clipped, golden);
        var batch = batch(inputs, 0)) {
      var result = graph.step(List.of(batch), RATE, 1);
      assertThatValues(new float[] {(float) result.gradientNorm()})
          .isCloseTo(golden.floats("clip.grad_norm"), 1e-5, 0);
      checkWeights(golden, "clip_after1.", graph, 1);
    }
  }

  private static void checkWeights(Golden golden, String prefix, TrainingGraph graph, int steps) {
    for (var name : golden.under(prefix)) {
      var expected = golden.floats(prefix + name);
      var actual = graph.weights().floats(name);
      assertThatValues(KeyBias.exempt(name, expected, actual, steps * RATE))
          .as(name)
          .isCloseToButForFew(expected, AFTER_STEPS, 0.02 * steps * RATE);
    }
  }

  private static Golden golden(Pooling pooling) {
    return Golden.open(pooling == Pooling.AVERAGE ? "vit_tiny_gp1" : "vit_tiny_gp0");
  }

  private static TrainingGraph graph(Pooling pooling, TrainingConfig training, Golden golden) {
    var task =
        ClassificationTask.newBuilder()
            .setAll(AllParameters.getDefaultInstance())
            .setPooling(pooling)
            .build();
    var graph =
        new TrainingGraph(
            (tf, params) -> objective(tf, params, task),
            params -> ParamPlan.classification(params, task, 2, training),
            training,
            ConfigProto.getDefaultInstance());
    graph.initialise(new Draws(0));
    graph.weights().restore("golden", golden.weights("param."), n -> false, n -> false);
    return graph;
  }

  private static Objective objective(Ops tf, Params params, ClassificationTask task) {
    var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(3, 32, 32, 3)));
    var labels = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(3, Labels.CLASSES)));
    var output =
        new Classifier(params, TinyModel.of(false), task, Labels.CLASSES)
            .train(tf, images, labels, tf.constant(new float[3][4]));
    return new Objective(
        Map.of(Batch.IMAGES, images, Batch.LABELS, labels), output.loss(), output.updates());
  }

  private static Batch batch(Golden inputs, int step) {
    return new Batch(
        Map.of(
            Batch.IMAGES, inputs.images("finetune.imgs", step),
            Batch.LABELS, Labels.of(inputs, "finetune.labels", step, 0.1)),
        3,
        Position.getDefaultInstance(),
        List.of());
  }
}
