package org.maejava.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.ScratchGraph;
import org.maejava.golden.TinyModel;
import org.maejava.model.Mae;
import org.maejava.model.PatchGrid;
import org.maejava.nn.Init;
import org.maejava.nn.Kernels;
import org.maejava.random.Draws;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

@DisplayName("A batch in parts")
class ObjectiveTest {

  private static final Draws DRAWS = new Draws(92);
  private static final int BATCH = 5;

  /** The loss, then every gradient. */
  private static List<float[]> lossAndGradients(int parts) {
    var model = TinyModel.of(true);
    var grid = PatchGrid.of(model);
    int[] pixels = {BATCH, grid.height(), grid.width(), grid.channels()};
    int[] noises = {BATCH, grid.count()};
    try (var graph = new ScratchGraph(Kernels.forTrainingOnProcessors())) {
      var images = graph.input(BATCH, grid.height(), grid.width(), grid.channels());
      var noise = graph.input(BATCH, grid.count());
      graph.feed(images, Init.normal(1).values(pixels, DRAWS.at("images")));
      graph.feed(noise, Init.normal(1).values(noises, DRAWS.at("noise")));
      var mae = new Mae(graph.params(), model);
      var objective =
          Objective.inParts(
              graph.tf(),
              Map.of(Batch.IMAGES, images, Batch.NOISE, noise),
              parts,
              part ->
                  mae.apply(graph.tf(), part.input(Batch.IMAGES), part.input(Batch.NOISE)).loss());
      var trained =
          graph.params().all().stream()
              .filter(param -> !param.name().endsWith("pos_embed"))
              .<Operand<TFloat32>>map(param -> param.value())
              .toList();
      var wanted = new ArrayList<Operand<TFloat32>>(List.of(objective.loss()));
      wanted.addAll(graph.gradients(objective.loss(), trained));
      graph.initialisePerturbed(DRAWS);
      return graph.run(wanted);
    }
  }

  /** Five images do not divide evenly, so the parts weigh what they hold. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void hasTheLossAndGradientsOfTheWhole(int parts) {
    var whole = lossAndGradients(1);
    var cut = lossAndGradients(parts);
    assertThat(cut.get(0)[0]).isCloseTo(whole.get(0)[0], within(1e-6f));
    for (int i = 1; i < whole.size(); i++) {
      assertThatValues(cut.get(i)).as("gradient %s", i).isCloseTo(whole.get(i), 1e-5, 1e-6);
    }
  }

  @Test
  void isNotCutFinerThanImages() {
    assertThatThrownBy(() -> lossAndGradients(6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("6 parts of 5 images");
  }

  private static org.assertj.core.data.Offset<Float> within(float offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }
}
