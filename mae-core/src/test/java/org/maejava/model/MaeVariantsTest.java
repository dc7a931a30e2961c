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
import org.maejava.nn.LayerNorm;
import org.maejava.nn.Params.Param;
import org.maejava.proto.ModelConfig;
import org.maejava.random.Draws;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Ablations of the paper's section 4.1 against their plain definitions, on slanted sizes. */
@DisplayName("A variant of the masked autoencoder")
class MaeVariantsTest {

  private static final Draws DRAWS = new Draws(60);
  private static final PatchGrid GRID = SlantedModel.grid();

  private static ModelConfig.Builder model() {
    return SlantedModel.config().toBuilder();
  }

  private static Operand<TFloat32> images(ScratchGraph graph) {
    var input = graph.input(2, 12, 20, 4);
    graph.feed(input, Init.normal(1).values(new int[] {2, 12, 20, 4}, DRAWS.at("images")));
    return input;
  }

  private static Operand<TFloat32> noise(ScratchGraph graph) {
    return graph
        .tf()
        .constant(
            new float[][] {
              new MaskNoise.Random(GRID).draw(DRAWS.at("noise", 0)),
              new MaskNoise.Random(GRID).draw(DRAWS.at("noise", 1))
            });
  }

  /** In image order, as one would write it down without caring for speed. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withMaskTokensInTheEncoderHasTheLossAndGradientsOfReplacingHiddenTokens(boolean onAll) {
    var builder = model();
    builder.getEncoderMaskTokensBuilder();
    if (onAll) {
      builder.getLossOnAllPatchesBuilder();
    }
    var config = builder.build();
    try (var graph = new ScratchGraph()) {
      var images = images(graph);
      var noise = noise(graph);
      var ours = new Mae(graph.params(), config).apply(graph.tf(), images, noise);
      var plain = replacingHiddenTokens(graph, config, images, ours.masking(), onAll);
      assertThat(ours.latent().shape().asArray()).containsExactly(2, 13, 12);
      assertSameLossAndGradients(graph, ours.loss(), plain);
    }
  }

  private static Operand<TFloat32> replacingHiddenTokens(
      ScratchGraph graph,
      ModelConfig config,
      Operand<TFloat32> images,
      Masking masking,
      boolean onAll) {
    var tf = graph.tf();
    var params = graph.params();
    var patches = GRID.patchify(tf, images);
    var mask = masking.mask(tf);
    var hidden = tf.expandDims(mask, tf.constant(-1));
    var kept = tf.math.sub(tf.constant(1f), hidden);

    var encoder = new Encoder(params, GRID, config.getEncoder());
    var positions = Tokens.slice(tf, params.get("pos_embed", Init.zeros(), 1, 13, 12), 1, 12);
    var seen = tf.math.sub(encoder.embed(tf, patches), positions);
    var token = params.get("mask_token", Init.zeros(), 1, 1, 12);
    var replaced = tf.math.add(tf.math.mul(seen, kept), tf.math.mul(token, hidden));
    var latent =
        new LayerNorm(params.at("norm"), 12)
            .apply(tf, encoder.apply(tf, tf.math.add(replaced, positions)));

    var decoder = new Decoder(params, GRID, 12, config.getDecoder(), 80);
    var inOrder = Masking.lowest(tf, tf.constant(ascending()), 12, SlantedModel.VISIBLE);
    var prediction = decoder.predictAll(tf, decoder.embed(tf, latent), inOrder);
    var target = Target.of(params, config).of(tf, patches);
    var perPatch = tf.math.mean(tf.math.squaredDifference(prediction, target), tf.constant(-1));
    var both = tf.constant(new int[] {0, 1});
    return onAll
        ? tf.math.mean(perPatch, both)
        : tf.math.div(tf.reduceSum(tf.math.mul(perPatch, mask), both), tf.reduceSum(mask, both));
  }

  /** Noise that leaves the patches where they are. */
  private static float[][] ascending() {
    var noise = new float[2][12];
    for (var image : noise) {
      for (int patch = 0; patch < image.length; patch++) {
        image[patch] = patch;
      }
    }
    return noise;
  }

  private static void assertSameLossAndGradients(
      ScratchGraph graph, Operand<TFloat32> first, Operand<TFloat32> second) {
    var values = graph.params().all().stream().map(Param::value).toList();
    var ours = new ArrayList<Operand<TFloat32>>(List.of(first));
    ours.addAll(graph.gradients(first, values));
    var theirs = new ArrayList<Operand<TFloat32>>(List.of(second));
    theirs.addAll(graph.gradients(second, values));
    graph.initialisePerturbed(DRAWS);
    var found = graph.run(ours);
    var expected = graph.run(theirs);
    for (int i = 0; i < found.size(); i++) {
      assertThatValues(found.get(i))
          .as(i == 0 ? "loss" : graph.params().all().get(i - 1).name())
          .isCloseTo(expected.get(i), 1e-5, 1e-6);
    }
  }

  @Test
  void withTheLossOnAllPatchesAveragesOverVisibleAndHidden() {
    var builder = model();
    builder.getLossOnAllPatchesBuilder();
    var config = builder.build();
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      var images = images(graph);
      var noise = noise(graph);
      var mae = new Mae(graph.params(), config);
      var ours = mae.apply(tf, images, noise);
      var full = mae.reconstruct(tf, images, noise);
      var target = Target.of(graph.params(), config).of(tf, GRID.patchify(tf, images));
      var plain =
          tf.math.mean(
              tf.math.squaredDifference(full.prediction(), target),
              tf.constant(new int[] {0, 1, 2}));
      assertSameLossAndGradients(graph, ours.loss(), plain);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void thatHidesNothingIsAnAutoencoderWithAGradientForEachParameterItUses(boolean inEncoder) {
    var builder = model().setMaskRatio(0);
    builder.getLossOnAllPatchesBuilder();
    if (inEncoder) {
      builder.getEncoderMaskTokensBuilder();
    }
    try (var graph = new ScratchGraph()) {
      var output =
          new Mae(graph.params(), builder.build()).apply(graph.tf(), images(graph), noise(graph));
      assertThat(output.masking().hiddenCount()).isZero();
      var params = graph.params().all();
      var gradients = graph.gradients(output.loss(), params.stream().map(Param::value).toList());
      graph.initialisePerturbed(DRAWS);
      assertThat(graph.run(output.loss())[0]).isPositive().isFinite();
      var found = graph.run(gradients);
      for (int i = 0; i < found.size(); i++) {
        var zeros = new float[found.get(i).length];
        if (params.get(i).name().equals("mask_token")) {
          assertThat(found.get(i)).containsExactly(zeros);
        } else {
          assertThat(found.get(i)).as(params.get(i).name()).isNotEqualTo(zeros);
        }
      }
    }
  }
}
