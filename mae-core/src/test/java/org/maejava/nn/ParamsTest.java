package org.maejava.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.ScratchGraph;
import org.maejava.random.Draws;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

@DisplayName("Parameters")
class ParamsTest {

  @Test
  void areNamedByTheirPathAndListedInTheOrderTheyWereMade() {
    try (var graph = new Graph()) {
      var params = Params.in(Ops.create(graph));
      params.at("blocks").at(3).at("attn").at("qkv").get("weight", Init.zeros(), 6, 2);
      params.get("cls_token", Init.zeros(), 1, 1, 2);
      assertThat(params.all())
          .extracting(Params.Param::name)
          .containsExactly("blocks.3.attn.qkv.weight", "cls_token");
      assertThat(params.all().get(0).size()).isEqualTo(12);
    }
  }

  @Test
  void ofTheSameNameAreOneVariable() {
    try (var graph = new ScratchGraph()) {
      var first = graph.params().get("w", Init.ones(), 2);
      var second = graph.params().get("w", Init.zeros(), 2);
      graph.weights().initialise(new Draws(0));
      assertThat(second).isSameAs(first);
      assertThat(graph.run(List.of(second)).get(0)).containsExactly(1, 1);
    }
  }

  @Test
  void ofTheSameNameAndAnotherShapeAreAnError() {
    try (var graph = new Graph()) {
      var params = Params.in(Ops.create(graph));
      params.at("head").get("weight", Init.zeros(), 2, 3);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> params.at("head").get("weight", Init.zeros(), 3, 2))
          .withMessage("parameter head.weight is asked for as [3, 2] but exists as [2, 3]");
    }
  }
}
