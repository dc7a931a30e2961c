package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.maejava.golden.Golden;
import org.maejava.golden.Labels;
import org.maejava.golden.ScratchGraph;
import org.maejava.golden.TinyModel;
import org.maejava.nn.Params.Param;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.Pooling;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

@DisplayName("The classifier on the published code's weights and inputs")
class ClassifierParityTest {

  private static final double RELATIVE = 1e-5;
  private static final double ABSOLUTE = 1e-6;

  /** The golden classifier with its weights and the first step's images. */
  private static final class Subject implements AutoCloseable {
    final Golden golden;
    final Golden inputs = Golden.open("inputs");
    final ScratchGraph graph = new ScratchGraph();
    final Operand<TFloat32> images = graph.input(3, 32, 32, 3);
    final Operand<TFloat32> labels = graph.input(3, Labels.CLASSES);
    final Operand<TFloat32> noise = graph.input(3, 4);
    final Classifier classifier;

    Subject(Pooling pooling, double dropPath) {
      golden = Golden.open(pooling == Pooling.AVERAGE ? "vit_tiny_gp1" : "vit_tiny_gp0");
      var task = ClassificationTask.newBuilder().setPooling(pooling).setDropPath(dropPath).build();
      classifier = new Classifier(graph.params(), TinyModel.of(false), task, Labels.CLASSES);
      graph.feed(images, inputs.images("finetune.imgs", 0));
      graph.feed(noise, new float[12]);
      smoothed(0.1);
    }

    void smoothed(double smoothing) {
      graph.feed(labels, Labels.of(inputs, "finetune.labels", 0, smoothing));
    }

    Classifier.Output train() {
      return classifier.train(graph.tf(), images, labels, noise);
    }

    void restore() {
      graph.weights().restore("golden", golden.weights("param."), n -> false, n -> false);
    }

    @Override
    public void close() {
      graph.close();
      inputs.close();
      golden.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CLASS_TOKEN", "AVERAGE"})
  void hasThePublishedFeaturesAndLogits(Pooling pooling) {
    try (var subject = new Subject(pooling, 0)) {
      var tf = subject.graph.tf();
      var features = subject.classifier.features(tf, subject.images);
      var logits = subject.classifier.logits(tf, features);
      var trained = subject.train().logits();
      subject.restore();

      var found = subject.graph.run(List.of(features, logits, trained));
      assertThatValues(found.get(0))
          .isCloseTo(subject.golden.floats("features"), RELATIVE, ABSOLUTE);
      assertThatValues(found.get(1)).isCloseTo(subject.golden.floats("logits"), RELATIVE, ABSOLUTE);
      assertThatValues(found.get(2)).isCloseTo(subject.golden.floats("logits"), RELATIVE, ABSOLUTE);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CLASS_TOKEN", "AVERAGE"})
  void hasThePublishedLossOfSmoothedPlainAndMixedLabels(Pooling pooling) {
    try (var subject = new Subject(pooling, 0)) {
      var loss = subject.train().loss();
      subject.restore();

      assertThatValues(subject.graph.run(loss))
          .isCloseTo(subject.golden.floats("loss"), RELATIVE, 0);
      subject.smoothed(0);
      assertThatValues(subject.graph.run(loss))
          .isCloseTo(subject.golden.floats("ce_loss"), RELATIVE, 0);
      subject.graph.feed(subject.labels, subject.golden.floats("soft_targets"));
      assertThatValues(subject.graph.run(loss))
          .isCloseTo(subject.golden.floats("soft_loss"), RELATIVE, 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CLASS_TOKEN", "AVERAGE"})
  void hasThePublishedGradientOfEveryParameter(Pooling pooling) {
    try (var subject = new Subject(pooling, 0)) {
      var loss = subject.train().loss();
      var params = subject.graph.params().all();
      assertThat(params)
          .extracting(Param::name)
          .containsExactlyInAnyOrderElementsOf(subject.golden.under("grad."));
      var gradients = subject.graph.gradients(loss, params.stream().map(Param::value).toList());
      subject.restore();

      var found = subject.graph.run(gradients);
      for (int i = 0; i < params.size(); i++) {
        var name = params.get(i).name();
        assertThatValues(found.get(i))
            .as(name)
            .isCloseTo(subject.golden.floats("grad." + name), RELATIVE, ABSOLUTE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CLASS_TOKEN", "AVERAGE"})
  void skipsThePublishedBranchesOnThePublishedNoise(Pooling pooling) {
    try (var subject = new Subject(pooling, 0.5)) {
      var logits = subject.train().logits();
      subject.restore();
      // Golden rows are the last block's attention and MLP; the first block is never skipped.
      var rows = subject.golden.floats("droppath.noise");
      var noise = new float[12];
      for (int image = 0; image < 3; image++) {
        noise[4 * image + 2] = rows[image];
        noise[4 * image + 3] = rows[3 + image];
      }
      subject.graph.feed(subject.noise, noise);
      assertThatValues(subject.graph.run(logits))
          .isCloseTo(subject.golden.floats("droppath.logits"), RELATIVE, ABSOLUTE);
    }
  }
}
