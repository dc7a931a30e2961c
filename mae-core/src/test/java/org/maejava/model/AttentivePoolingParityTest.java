package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.Golden;
import org.maejava.golden.ScratchGraph;
import org.maejava.nn.Params.Param;
import org.maejava.proto.TransformerConfig;

/** Against timm 1.0's AttentionPoolLatent of width 12, 3 heads, MLP ratio 2, norms of 1e-6. */
@DisplayName("Attentive pooling on timm's weights and tokens")
class AttentivePoolingParityTest {

  private static final double RELATIVE = 1e-5;
  private static final double ABSOLUTE = 1e-5;

  @Test
  void isTimmsWithEveryGradient() {
    try (var golden = Golden.open("timm_attention_pool");
        var graph = new ScratchGraph()) {
      var config = TransformerConfig.newBuilder().setWidth(12).setHeads(3).setMlpRatio(2).build();
      var tokens = graph.input(2, 13, 12);
      graph.feed(tokens, golden.floats("tokens"));
      var pooled =
          new AttentivePooling(graph.params().at("attn_pool"), config).apply(graph.tf(), tokens);
      var loss = graph.weightedSum(pooled, golden.floats("weights"));
      var params = graph.params().all();
      var inputs = Stream.concat(params.stream().map(Param::value), Stream.of(tokens)).toList();
      var gradients = graph.gradients(loss, inputs);
      graph.weights().restore("golden", golden.weights("param."), n -> false, n -> false);

      assertThatValues(graph.run(pooled))
          .as("pooled")
          .isCloseTo(golden.floats("pooled"), RELATIVE, ABSOLUTE);
      var found = graph.run(gradients);
      assertThat(params).hasSize(13);
      for (int i = 0; i < params.size(); i++) {
        var name = params.get(i).name();
        assertThatValues(found.get(i))
            .as(name)
            .isCloseTo(golden.floats("grad." + name), RELATIVE, ABSOLUTE);
      }
      assertThatValues(found.get(params.size()))
          .as("tokens")
          .isCloseTo(golden.floats("gradient"), RELATIVE, ABSOLUTE);
    }
  }
}
