package org.maejava.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.eval.recipe.Recipes;

@DisplayName("The analytic count of a step's work")
class StepWorkTest {

  /** ViT-B/16: 86 million weights twice for each of 197 tokens, and the scores: 17.6 GMAC. */
  @Test
  void ofFineTuningIsThreeTimesThePublishedForwardPass() {
    var experiment = Recipes.load("b16", "finetune", List.of());
    assertThat(StepWork.perImage(experiment) / 1e9).isCloseTo(3 * 2 * 17.56, within(0.5));
  }

  /** Written out: 49 of 196 patches through the encoder, 197 tokens through the decoder. */
  @Test
  void ofPretrainingCountsVisiblePatchesInTheEncoderAndAllInTheDecoder() {
    var experiment = Recipes.load("b16", "pretrain", List.of());
    double embedding = 49.0 * 768 * 768;
    double encoder = 12 * (50.0 * 12 * 768 * 768 + 2.0 * 50 * 50 * 768);
    double between = 50.0 * 768 * 512;
    double decoder = 8 * (197.0 * 12 * 512 * 512 + 2.0 * 197 * 197 * 512);
    double prediction = 147.0 * 512 * 768;
    double forward = 2 * (embedding + encoder + between + decoder + prediction);
    assertThat(StepWork.perImage(experiment)).isCloseTo(3 * forward, within(1e6));
  }

  @Test
  void ofFeaturesIsThePublishedForwardPass() {
    var model = Recipes.load("b16", "pretrain", List.of()).getModel();
    assertThat(StepWork.ofFeatures(model) / 1e9).isCloseTo(2 * 17.56, within(0.2));
  }
}
