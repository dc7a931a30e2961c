package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.ScratchGraph;
import org.maejava.golden.TinyModel;
import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.maejava.random.Draws;
import org.maejava.weights.WeightMismatchException;

@DisplayName("Weights for another image size")
class ResizedPositionsTest {

  private static ModelConfig model(int height, int width) {
    var image = ImageShape.newBuilder().setHeight(height).setWidth(width).setChannels(3);
    return TinyModel.of(false).toBuilder().setImage(image).build();
  }

  private static ScratchGraph of(ModelConfig model) {
    var graph = new ScratchGraph();
    var unused = new Mae(graph.params(), model);
    graph.initialisePerturbed(new Draws(1));
    return graph;
  }

  @Test
  void fitAModelOfThatSizeWithBothTablesInterpolatedAndTheRestAsItWas() {
    try (var small = of(model(32, 32));
        var wide = of(model(24, 48))) {
      var from = PatchGrid.of(model(32, 32));
      var to = PatchGrid.of(model(24, 48));
      var resized = ResizedPositions.between(small.weights(), from, to);
      wide.weights().restore("small", resized, n -> false, n -> false);
      for (var name : small.weights().shapes().keySet()) {
        var before = small.weights().floats(name);
        assertThat(wide.weights().floats(name))
            .as(name)
            .containsExactly(
                VitNames.isPositionTable(name)
                    ? GridInterpolation.resize(before, from, to)
                    : before);
      }
    }
  }

  @Test
  void areTakenForASquareGridIfTheyDoNotSay() {
    try (var small = of(model(32, 32))) {
      var to = PatchGrid.of(model(48, 48));
      assertThat(ResizedPositions.toFit("file", small.weights(), to).shapes())
          .containsEntry("pos_embed", List.of(1, 145, 32))
          .containsEntry("decoder_pos_embed", List.of(1, 145, 16));
      assertThat(ResizedPositions.toFit("file", small.weights(), PatchGrid.of(model(16, 64))))
          .isSameAs(small.weights());
    }
    try (var wide = of(model(24, 48))) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> ResizedPositions.toFit("file", wide.weights(), PatchGrid.of(model(32, 32))))
          .withMessageContaining("file has positions for 72 patches, not for the model's 8 x 8");
    }
  }

  @Test
  void stillMustFitInEverythingElse() {
    try (var small = of(model(32, 32));
        var other =
            of(model(48, 48).toBuilder().setEncoder(TinyModel.transformer(48, 2, 2)).build())) {
      var resized = ResizedPositions.toFit("file", small.weights(), PatchGrid.of(model(48, 48)));
      assertThatExceptionOfType(WeightMismatchException.class)
          .isThrownBy(() -> other.weights().restore("file", resized, n -> false, n -> false))
          .extracting(WeightMismatchException::whole, STRING)
          .contains("pos_embed [1, 145, 32] instead of [1, 145, 48]")
          .contains("blocks.0.attn.qkv.weight [96, 32] instead of [144, 48]");
    }
  }
}
