package org.maejava.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maejava.golden.Golden;
import org.maejava.golden.Labels;
import org.maejava.golden.TensorAssert;
import org.maejava.golden.TinyModel;
import org.maejava.model.Classifier;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.FeatureNorm;
import org.maejava.proto.Lars;
import org.maejava.proto.Pooling;
import org.maejava.proto.Position;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.maejava.weights.WeightSource;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

@DisplayName("Linear probing from the published weights")
class LinearProbeParityTest {

  private static final double RELATIVE = 1e-5;
  private static final double ABSOLUTE = 1e-6;
  private static final int IMAGES = 8;

  @ParameterizedTest
  @CsvSource({"CLASS_TOKEN, 0.0", "CLASS_TOKEN, 0.01", "AVERAGE, 0.0", "AVERAGE, 0.01"})
  void ofFiveLarsStepsEqualsThePublishedHeadStatisticsAndLogits(Pooling pooling, String decay) {
    var family = "linprobe_tiny_" + (pooling == Pooling.AVERAGE ? "gp1" : "gp0");
    var task =
        ClassificationTask.newBuilder()
            .setLastBlocks(0)
            .setPooling(pooling)
            .setFeatureNorm(FeatureNorm.getDefaultInstance())
            .build();
    var training =
        TrainingConfig.newBuilder()
            .setAccumulationSteps(1)
            .setLars(Lars.newBuilder().setMomentum(0.9).setTrustCoefficient(0.001))
            .setWeightDecay(Double.parseDouble(decay))
            .setLayerDecay(1)
            .build();
    try (var start = Golden.open(family + "_wd0.0");
        var golden = Golden.open(family + "_wd" + decay);
        var inputs = Golden.open("inputs");
        var graph =
            new TrainingGraph(
                (tf, params) -> objective(tf, params, task),
                params -> ParamPlan.classification(params, task, 2, training),
                training,
                ConfigProto.getDefaultInstance())) {
      graph.initialise(new Draws(0));
      graph
          .weights()
          .restore("golden", start.weights("param."), n -> false, n -> n.endsWith("_tracked"));
      assertThatValues(evalLogits(graph.weights(), task, inputs))
          .isCloseTo(golden.floats("eval_logits_before"), RELATIVE, ABSOLUTE);

      var losses = new float[5];
      for (int step = 0; step < 5; step++) {
        try (var batch = batch(inputs, step)) {
          losses[step] = (float) graph.step(List.of(batch), 0.1, step + 1).loss();
        }
      }

      assertThatValues(losses).isCloseTo(golden.floats("train.losses"), RELATIVE, 0);
      for (var name : golden.under("after5.")) {
        if (!name.endsWith("_tracked")) {
          assertThatValues(graph.weights().floats(name))
              .as(name)
              .isCloseTo(golden.floats("after5." + name), RELATIVE, ABSOLUTE);
        }
      }
      var state = graph.optimizerState();
      assertThat(state.shapes()).containsOnlyKeys("head.1.weight.momentum", "head.1.bias.momentum");
      assertThatValues(state.floats("head.1.weight.momentum"))
          .isCloseTo(golden.floats("mu5.0"), RELATIVE, ABSOLUTE);
      assertThatValues(state.floats("head.1.bias.momentum"))
          .isCloseTo(golden.floats("mu5.1"), RELATIVE, ABSOLUTE);
      assertThatValues(evalLogits(graph.weights(), task, inputs))
          .isCloseTo(golden.floats("eval_logits_after5"), RELATIVE, ABSOLUTE);
      var frozen = graph.weights().floats("blocks.1.mlp.fc2.weight");
      assertThat(frozen).containsExactly(start.floats("param.blocks.1.mlp.fc2.weight"));
    }
  }

  /** As after training: another graph over the same names, with any number of images. */
  private static float[] evalLogits(WeightSource weights, ClassificationTask task, Golden inputs) {
    try (var graph =
            new InferenceGraph(
                (tf, params) -> List.of(classify(tf, params, task)),
                ConfigProto.getDefaultInstance());
        var images = inputs.images("linprobe.imgs", 0)) {
      graph.restore("trained", weights);
      try (var result = graph.run("classify", Map.of("images", images))) {
        return TensorAssert.floats(result.get(0));
      }
    }
  }

  private static Signature classify(Ops tf, Params params, ClassificationTask task) {
    var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
    var classifier = new Classifier(params, TinyModel.of(false), task, Labels.CLASSES);
    return Signature.builder("classify")
        .input("images", images)
        .output("logits", classifier.logits(tf, classifier.features(tf, images)))
        .build();
  }

  private static Objective objective(Ops tf, Params params, ClassificationTask task) {
    var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(IMAGES, 32, 32, 3)));
    var labels =
        tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(IMAGES, Labels.CLASSES)));
    var output =
        new Classifier(params, TinyModel.of(false), task, Labels.CLASSES)
            .train(tf, images, labels, tf.constant(new float[IMAGES][4]));
    return new Objective(
        Map.of(Batch.IMAGES, images, Batch.LABELS, labels), output.loss(), output.updates());
  }

  private static Batch batch(Golden inputs, int step) {
    return new Batch(
        Map.of(
            Batch.IMAGES, inputs.images("linprobe.imgs", step),
            Batch.LABELS, Labels.of(inputs, "linprobe.labels", step, 0)),
        IMAGES,
        Position.getDefaultInstance(),
        List.of());
  }
}
