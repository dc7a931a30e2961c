package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.Golden;
import org.maejava.golden.ScratchGraph;
import org.maejava.golden.SlantedModel;
import org.maejava.golden.TinyModel;
import org.maejava.nn.Init;
import org.maejava.random.Draws;

@DisplayName("The target")
class TargetTest {

  @Test
  void isThePublishedOneWithAndWithoutNormalisation() {
    for (var normalised : new boolean[] {false, true}) {
      try (var golden = Golden.open(normalised ? "mae_tiny_npl1" : "mae_tiny_npl0");
          var inputs = Golden.open("inputs");
          var graph = new ScratchGraph()) {
        var model = TinyModel.of(normalised);
        var images = graph.input(3, 32, 32, 3);
        graph.feed(images, inputs.images("pretrain.imgs", 0));
        var patches = PatchGrid.of(model).patchify(graph.tf(), images);
        assertThat(graph.run(patches)).containsExactly(golden.floats("target_patches"));
        assertThatValues(graph.run(Target.of(graph.params(), model).of(graph.tf(), patches)))
            .isCloseTo(golden.floats("target_used"), 1e-6, 0);
      }
    }
  }

  @Test
  void ofNormalisedPixelsIsTakenBackByTheTruePatchesScale() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      var patches = graph.input(2, 3, 80);
      var values = Init.normal(5).values(new int[] {2 * 3 * 80}, new Draws(1).at("patches"));
      graph.feed(patches, values);
      var target = Target.of(graph.params(), SlantedModel.config());
      var own = PatchStatistics.of(tf, patches, 80);
      assertThatValues(graph.run(target.toPatches(tf, target.of(tf, patches), own)))
          .isCloseTo(values, 1e-6, 0);
    }
  }

  @Test
  void ofAFlatPatchIsZeroAndFinite() {
    try (var graph = new ScratchGraph()) {
      var patches = graph.tf().constant(new float[][][] {{{0.7f, 0.7f, 0.7f, 0.7f}}});
      var target = new Target.NormalisedPixels(4).of(graph.tf(), patches);
      assertThat(graph.run(target)).containsOnly(0);
    }
  }
}
