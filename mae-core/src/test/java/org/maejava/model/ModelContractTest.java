package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.golden.FiniteDifferences;
import org.maejava.golden.ScratchGraph;
import org.maejava.golden.SlantedModel;
import org.maejava.nn.Init;
import org.maejava.nn.Params.Param;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Pooling;
import org.maejava.random.Draws;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@DisplayName("Every part of the model, on slanted sizes,")
class ModelContractTest {

  private static final Draws DRAWS = new Draws(30);
  private static final ModelConfig CONFIG = SlantedModel.config();
  private static final PatchGrid GRID = SlantedModel.grid();

  /** A part of the model with what it makes. */
  private record Subject(
      String name,
      List<Long> out,
      List<String> parameters,
      Function<ScratchGraph, Operand<TFloat32>> build) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Subject> subjects() {
    var encoder =
        names(
            List.of("cls_token", "pos_embed", "patch_embed.proj.weight", "patch_embed.proj.bias"),
            block("blocks.0."),
            block("blocks.1."));
    var decoder =
        names(
            List.of("decoder_embed.weight", "decoder_embed.bias", "decoder_pos_embed"),
            block("decoder_blocks.0."),
            norm("decoder_norm"),
            List.of("decoder_pred.weight", "decoder_pred.bias"));
    var head = List.of("head.weight", "head.bias");
    return Stream.of(
        new Subject(
            "Encoder on all patches",
            List.of(2L, 13L, 12L),
            encoder,
            graph -> {
              var part = new Encoder(graph.params(), GRID, CONFIG.getEncoder());
              return part.apply(graph.tf(), part.embed(graph.tf(), patches(graph)));
            }),
        new Subject(
            "Encoder on visible patches",
            List.of(2L, 5L, 12L),
            encoder,
            graph -> {
              var tf = graph.tf();
              var part = new Encoder(graph.params(), GRID, CONFIG.getEncoder());
              var masking = masking(graph);
              return part.apply(
                  tf,
                  part.embed(tf, masking.visible(tf, patches(graph)), masking.visibleIndices(tf)));
            }),
        new Subject(
            "Decoder of hidden patches",
            List.of(2L, 8L, 80L),
            decoder,
            graph -> {
              var part = new Decoder(graph.params(), GRID, 12, CONFIG.getDecoder(), 80);
              return part.predictHidden(graph.tf(), decoderTokens(graph, part), masking(graph));
            }),
        new Subject(
            "Decoder of all patches",
            List.of(2L, 12L, 80L),
            decoder,
            graph -> {
              var part = new Decoder(graph.params(), GRID, 12, CONFIG.getDecoder(), 80);
              return part.predictAll(graph.tf(), decoderTokens(graph, part), masking(graph));
            }),
        mae("Mae", encoder, decoder, model -> {}),
        mae(
            "Mae with the loss on all patches",
            encoder,
            decoder,
            model -> model.getLossOnAllPatchesBuilder()),
        mae(
            "Mae with mask tokens in the encoder",
            encoder,
            decoder,
            model -> model.getEncoderMaskTokensBuilder()),
        new Subject(
            "Classifier by class token",
            List.of(2L, 7L),
            names(encoder, norm("norm"), head),
            graph -> classifier(graph, Pooling.CLASS_TOKEN, 0).logits()),
        new Subject(
            "Classifier by average",
            List.of(2L, 7L),
            names(encoder, norm("fc_norm"), head),
            graph -> classifier(graph, Pooling.AVERAGE, 0).logits()),
        new Subject(
            "Classifier by attention",
            List.of(2L, 7L),
            names(encoder, norm("norm"), attentivePooling(), head),
            graph -> classifier(graph, Pooling.ATTENTION, 0).logits()),
        new Subject(
            "Loss of a classifier with drop path",
            List.of(),
            names(encoder, norm("fc_norm"), head),
            graph -> classifier(graph, Pooling.AVERAGE, 0.5).loss()));
  }

  private static Subject mae(
      String name,
      List<String> encoder,
      List<String> decoder,
      Consumer<ModelConfig.Builder> variant) {
    var model = CONFIG.toBuilder();
    variant.accept(model);
    return new Subject(
        name,
        List.of(),
        names(encoder, norm("norm"), List.of("mask_token"), decoder),
        graph ->
            new Mae(graph.params(), model.build())
                .apply(graph.tf(), images(graph), noise(graph.tf()))
                .loss());
  }

  private static Operand<TFloat32> decoderTokens(ScratchGraph graph, Decoder decoder) {
    return decoder.embed(graph.tf(), input(graph, "latent", 2, 13, 12));
  }

  private static Classifier.Output classifier(ScratchGraph graph, Pooling pooling, double drop) {
    var task =
        ClassificationTask.newBuilder()
            .setPooling(pooling)
            .setDropPath(drop)
            .setHeadInitStd(0.02)
            .build();
    var tf = graph.tf();
    var labels = new float[2][7];
    labels[0][3] = 1;
    labels[1][0] = labels[1][6] = 0.5f;
    // The second image loses the last block's attention, the first its MLP.
    var dropNoise = tf.constant(new float[][] {{0, 0, 0.7f, 0.2f}, {0, 0, 0.2f, 0.7f}});
    return new Classifier(graph.params(), CONFIG, task, 7)
        .train(tf, images(graph), tf.constant(labels), dropNoise);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void makesThePublishedNamesAndAnswersInTheStatedShape(Subject subject) {
    try (var graph = new ScratchGraph()) {
      var output = subject.build().apply(graph);
      assertThat(graph.params().all())
          .extracting(Param::name)
          .containsExactlyInAnyOrderElementsOf(subject.parameters());
      assertThat(output.shape().asArray())
          .containsExactly(subject.out().stream().mapToLong(n -> n).toArray());
    }
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void answersTheSameEveryTime(Subject subject) {
    try (var graph = new ScratchGraph()) {
      var output = subject.build().apply(graph);
      graph.initialisePerturbed(DRAWS);
      assertThat(graph.run(output)).containsExactly(graph.run(output)).doesNotContain(Float.NaN);
    }
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void hasForEachParameterTheGradientThatFiniteDifferencesShow(Subject subject) {
    try (var graph = new ScratchGraph()) {
      var output = subject.build().apply(graph);
      int size = (int) output.shape().size();
      var weights = Init.normal(1).values(new int[] {size}, DRAWS.at("weights"));
      var loss = graph.weightedSum(output, weights);
      var params = graph.params().all();
      var gradients = graph.gradients(loss, params.stream().map(Param::value).toList());
      graph.initialisePerturbed(DRAWS);

      var found = graph.run(gradients);
      for (int i = 0; i < params.size(); i++) {
        var name = params.get(i).name();
        var gradient = found.get(i);
        assertThat(gradient).as("gradient of %s", name).isNotEqualTo(new float[gradient.length]);

        FiniteDifferences.check(
            name,
            graph.weights().floats(name),
            gradient,
            moved -> {
              graph.set(name, moved);
              return dot(graph.run(output), weights);
            },
            DRAWS.at("direction " + name));
      }
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static Operand<TFloat32> images(ScratchGraph graph) {
    return input(graph, "images", 2, 12, 20, 4);
  }

  private static Operand<TFloat32> patches(ScratchGraph graph) {
    return input(graph, "patches", 2, 12, 80);
  }

  private static Operand<TFloat32> input(ScratchGraph graph, String purpose, int... shape) {
    var input = graph.input(Arrays.stream(shape).asLongStream().toArray());
    graph.feed(input, Init.normal(1).values(shape, DRAWS.at(purpose)));
    return input;
  }

  private static Operand<TFloat32> noise(Ops tf) {
    var noise = new float[2][12];
    for (int i = 0; i < 2; i++) {
      noise[i] = new MaskNoise.Random(GRID).draw(DRAWS.at("noise", i));
    }
    return tf.constant(noise);
  }

  private static Masking masking(ScratchGraph graph) {
    return Masking.lowest(graph.tf(), noise(graph.tf()), 12, SlantedModel.VISIBLE);
  }

  @SafeVarargs
  private static List<String> names(List<String>... parts) {
    var all = new ArrayList<String>();
    for (var part : parts) {
      all.addAll(part);
    }
    return all;
  }

  private static List<String> norm(String name) {
    return List.of(name + ".weight", name + ".bias");
  }

  private static List<String> attentivePooling() {
    return Stream.concat(
            Stream.of("attn_pool.latent"),
            Stream.of("q", "kv", "proj", "norm", "mlp.fc1", "mlp.fc2")
                .flatMap(part -> norm("attn_pool." + part).stream()))
        .toList();
  }

  private static List<String> block(String prefix) {
    return Stream.of("norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2")
        .flatMap(part -> norm(prefix + part).stream())
        .toList();
  }
}
