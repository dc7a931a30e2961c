package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.ScratchGraph;
import org.maejava.golden.SlantedModel;
import org.maejava.nn.Init;
import org.maejava.nn.Params.Param;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.PixelTarget;
import org.maejava.random.Draws;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

@DisplayName("The masked autoencoder")
class MaePropertiesTest {

  private static final Draws DRAWS = new Draws(40);
  private static final PatchGrid GRID = SlantedModel.grid();
  private static final int IMAGES = 2;
  private static final int VALUES = IMAGES * 12 * 20 * 4;

  /** The slanted model on fixed images and noise, with the target to be chosen. */
  private static final class Subject implements AutoCloseable {
    final ScratchGraph graph = new ScratchGraph();
    final Operand<TFloat32> images = graph.input(IMAGES, 12, 20, 4);
    final Operand<TFloat32> noise = graph.input(IMAGES, 12);
    final float[] pixels = Init.normal(1).values(new int[] {VALUES}, DRAWS.at("pixels"));
    final ModelConfig config;
    final Mae mae;
    final Mae.Output output;

    Subject(boolean normalised) {
      var model = SlantedModel.config().toBuilder();
      config = (normalised ? model : model.setPixels(PixelTarget.getDefaultInstance())).build();
      mae = new Mae(graph.params(), config);
      output = mae.apply(graph.tf(), images, noise);
      graph.feed(images, pixels);
      var drawn = new float[IMAGES * 12];
      for (int i = 0; i < IMAGES; i++) {
        System.arraycopy(
            new MaskNoise.Random(GRID).draw(DRAWS.at("mask", i)), 0, drawn, 12 * i, 12);
      }
      graph.feed(noise, drawn);
    }

    /** For each pixel value, whether its patch is hidden. */
    boolean[] hidden() {
      var tf = graph.tf();
      var mask = tf.expandDims(output.masking().mask(tf), tf.constant(-1));
      var perValue = tf.broadcastTo(mask, tf.constant(new int[] {IMAGES, 12, GRID.patchSize()}));
      var flags = graph.run(GRID.unpatchify(tf, perValue));
      var hidden = new boolean[VALUES];
      for (int i = 0; i < VALUES; i++) {
        hidden[i] = flags[i] == 1;
      }
      return hidden;
    }

    @Override
    public void close() {
      graph.close();
    }
  }

  @Test
  void doesNotSeeTheContentOfHiddenPatches() {
    try (var subject = new Subject(true)) {
      var graph = subject.graph;
      graph.initialisePerturbed(DRAWS);
      var outputs = List.of(subject.output.latent(), subject.output.prediction());
      var before = graph.run(outputs);

      graph.feed(subject.images, changed(subject, true));
      var after = graph.run(outputs);
      assertThat(after.get(0)).containsExactly(before.get(0));
      assertThat(after.get(1)).containsExactly(before.get(1));

      graph.feed(subject.images, changed(subject, false));
      assertThat(graph.run(outputs).get(0)).isNotEqualTo(before.get(0));
    }
  }

  @Test
  void drawsHiddenPatchesWithoutTheirBrightnessAndContrastUnlessTheTruthIsAskedFor() {
    try (var subject = new Subject(true)) {
      var graph = subject.graph;
      var tf = graph.tf();
      var honest = subject.mae.reconstruct(tf, subject.images, subject.noise);
      var leaking =
          subject.mae.reconstruct(tf, subject.images, subject.noise, PatchStatistics.Source.TRUTH);
      var outputs = List.of(honest.predicted(), leaking.predicted(), honest.images());
      graph.initialisePerturbed(DRAWS);
      var before = graph.run(outputs);
      var hidden = subject.hidden();

      graph.feed(subject.images, changed(subject, true));
      var after = graph.run(outputs);
      assertThat(after.get(0)).containsExactly(before.get(0));
      assertThat(after.get(2)).containsExactly(before.get(2));
      for (int i = 0; i < VALUES; i++) {
        assertThat(after.get(1)[i] == before.get(1)[i]).as("value %s", i).isEqualTo(!hidden[i]);
      }
    }
  }

  /** What is the same for all visible patches is the guess for the hidden ones. */
  @Test
  void givesHiddenPatchesTheBrightnessAndContrastThatAllVisibleOnesShare() {
    try (var subject = new Subject(true)) {
      var graph = subject.graph;
      var tf = graph.tf();
      var same = subject.pixels.clone();
      for (int i = 0; i < VALUES; i++) {
        // By column within the patch and channel: every patch is the same.
        same[i] = (i / 4 % 5) + 0.1f * (i % 4) + 7;
      }
      graph.feed(subject.images, same);
      var honest = subject.mae.reconstruct(tf, subject.images, subject.noise);
      var leaking =
          subject.mae.reconstruct(tf, subject.images, subject.noise, PatchStatistics.Source.TRUTH);
      graph.initialisePerturbed(DRAWS);
      var found = graph.run(List.of(honest.predicted(), leaking.predicted()));
      assertThatValues(found.get(0)).isCloseTo(found.get(1), 1e-5, 1e-5);
    }
  }

  /** The images with the values of either the hidden or the visible patches replaced. */
  private static float[] changed(Subject subject, boolean ofHidden) {
    var changed = subject.pixels.clone();
    var hidden = subject.hidden();
    for (int i = 0; i < VALUES; i++) {
      if (hidden[i] == ofHidden) {
        changed[i] = 100 - 3 * changed[i];
      }
    }
    return changed;
  }

  /**
   * With nothing of the latent let through, images reach the loss as targets alone: what gradient
   * is left on them says which patches are targets.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isNotJudgedByVisiblePatches(boolean normalised) {
    try (var subject = new Subject(normalised)) {
      var graph = subject.graph;
      var gradient = graph.gradients(subject.output.loss(), List.of(subject.images)).get(0);
      graph.initialisePerturbed(DRAWS);
      graph.set("decoder_embed.weight", new float[8 * 12]);

      var found = graph.run(gradient);
      var hidden = subject.hidden();
      int seen = 0;
      for (int i = 0; i < VALUES; i++) {
        if (hidden[i]) {
          seen += found[i] != 0 ? 1 : 0;
        } else {
          assertThat(found[i]).as("gradient of visible value %s", i).isZero();
        }
      }
      assertThat(seen).isGreaterThan(IMAGES * 8 * GRID.patchSize() * 9 / 10);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hasTheLossAndGradientsOfTheUnshuffledPredictionAndTheMask(boolean normalised) {
    try (var subject = new Subject(normalised)) {
      var graph = subject.graph;
      var asPublished = publishedLoss(subject);
      var values = graph.params().all().stream().map(Param::value).toList();
      var ours = new ArrayList<Operand<TFloat32>>(List.of(subject.output.loss()));
      ours.addAll(graph.gradients(subject.output.loss(), values));
      var theirs = new ArrayList<Operand<TFloat32>>(List.of(asPublished));
      theirs.addAll(graph.gradients(asPublished, values));
      graph.initialisePerturbed(DRAWS);

      var found = graph.run(ours);
      var expected = graph.run(theirs);
      for (int i = 0; i < found.size(); i++) {
        assertThatValues(found.get(i))
            .as(i == 0 ? "loss" : graph.params().all().get(i - 1).name())
            .isCloseTo(expected.get(i), 1e-5, 1e-6);
      }
    }
  }

  /** Mean over a patch's values of the squared error, times the mask, over the mask's sum. */
  private static Operand<TFloat32> publishedLoss(Subject subject) {
    var tf = subject.graph.tf();
    var full = subject.mae.reconstruct(tf, subject.images, subject.noise);
    var target =
        Target.of(subject.graph.params(), subject.config).of(tf, GRID.patchify(tf, subject.images));
    var squares = tf.math.squaredDifference(full.prediction(), target);
    var perPatch = tf.math.mean(squares, tf.constant(-1));
    var all = tf.constant(new int[] {0, 1});
    return tf.math.div(
        tf.reduceSum(tf.math.mul(perPatch, full.mask()), all), tf.reduceSum(full.mask(), all));
  }

  @Test
  void reconstructsHiddenPatchesFromThePredictionAndLeavesVisibleOnes() {
    try (var subject = new Subject(false)) {
      var graph = subject.graph;
      var tf = graph.tf();
      var pictures = subject.mae.reconstruct(tf, subject.images, subject.noise);
      graph.initialisePerturbed(DRAWS);
      var found = graph.run(List.of(pictures.images(), GRID.unpatchify(tf, pictures.prediction())));
      var hidden = subject.hidden();
      for (int i = 0; i < VALUES; i++) {
        assertThat(found.get(0)[i]).isEqualTo(hidden[i] ? found.get(1)[i] : subject.pixels[i]);
      }
    }
  }

  @Test
  void answersAnUnknownBatchAsAKnownOne() {
    try (var subject = new Subject(true)) {
      var graph = subject.graph;
      var tf = graph.tf();
      var images = tf.placeholderWithDefault(subject.images, Shape.of(-1, 12, 20, 4));
      var noise = tf.placeholderWithDefault(subject.noise, Shape.of(-1, 12));
      var output = subject.mae.apply(tf, images, noise);
      var known = subject.mae.reconstruct(tf, subject.images, subject.noise);
      var unknown = subject.mae.reconstruct(tf, images, noise);
      var encoded = subject.mae.encode(tf, images).tokens();
      assertThat(encoded.shape().asArray()).containsExactly(-1, 13, 12);
      assertThat(unknown.images().shape().asArray()).containsExactly(-1, 12, 20, 4);
      graph.initialisePerturbed(DRAWS);

      var found =
          graph.run(
              List.of(
                  output.loss(),
                  subject.output.loss(),
                  unknown.images(),
                  known.images(),
                  encoded,
                  subject.mae.encode(tf, subject.images).tokens()));
      for (int i = 0; i < found.size(); i += 2) {
        assertThatValues(found.get(i)).isCloseTo(found.get(i + 1), 1e-6, 0);
      }
    }
  }
}
