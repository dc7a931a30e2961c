package org.maejava.eval.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.recipe.Recipes;
import org.maejava.train.TrainingObserver;

@DisplayName("Pre-training in bfloat16")
class PrecisionIT {

  private static final int STEPS = 300;

  /** Same weights, images and masks at every step: the two curves differ by rounding alone. */
  @Test
  void hasTheLossCurveOfFloat32WithinTwoPercentForThreeHundredStepsOnRealImages()
      throws IOException {
    var exact = losses("");
    var rounded = losses("bfloat16 {}");
    assertThat(exact).hasSize(STEPS);
    assertThat(exact.get(STEPS - 1)).isLessThan(0.8 * exact.get(0));
    assertThat(rounded).hasSize(STEPS).isNotEqualTo(exact);
    for (int step = 0; step < STEPS; step++) {
      assertThat(rounded.get(step) / exact.get(step))
          .as("loss in bfloat16 over loss in float32 at step %s", step + 1)
          .isCloseTo(1, within(0.02));
    }
  }

  /** The loss of every step on the bundled photographs of garments. */
  private static List<Double> losses(String precision) throws IOException {
    var changes =
        List.of("training { epochs: 1 warmup_epochs: 0.1 batch_size: 32 " + precision + " }");
    var losses = new ArrayList<Double>();
    var observer =
        new TrainingObserver() {
          @Override
          public void onStep(Progress progress) {
            losses.add(progress.loss());
          }
        };
    var surroundings =
        new TrainingRun.Surroundings(
            Optional.empty(), List.of(observer), () -> losses.size() == STEPS);
    try (var run =
        new TrainingRun(
            Recipes.load("demo", "pretrain", changes),
            ImageSet.open("fashion-mnist"),
            Machine.here(2),
            Origin.now("pretrain", "demo/pretrain", Clock.systemUTC()),
            surroundings)) {
      run.train();
    }
    return losses;
  }
}
