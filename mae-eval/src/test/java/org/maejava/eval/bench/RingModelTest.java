package org.maejava.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.maejava.eval.recipe.Recipes;
import org.maejava.model.Mae;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.TrainingConfig;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

class RingModelTest {

  private static final double GIGABIT = 1e9 / 8;

  /** A piece of each worker's gradients is sent in each of the 2(n - 1) rounds. */
  @Test
  void sendsEveryPieceTwiceButForOnesOwn() {
    for (int workers = 1; workers <= 64; workers *= 2) {
      var ring = new RingModel(6400, workers);
      assertThat(ring.bytesSent()).isEqualTo(2.0 * (workers - 1) * (6400.0 / workers));
      assertThat(ring.seconds(100, 0.5)).isEqualTo(ring.bytesSent() / 100 + (workers - 1));
    }
  }

  @Test
  void bfloat16HalvesWhatIsSent() {
    var training = TrainingConfig.newBuilder();
    double whole = RingModel.of(training.build(), 1000, 2).bytesSent();
    training.getBfloat16GradientsBuilder();
    assertThat(whole).isEqualTo(4000);
    assertThat(RingModel.of(training.build(), 1000, 2).bytesSent()).isEqualTo(2000);
  }

  @Test
  void anExchangeCostsWhatIsNotHiddenBehindTheBackwardPass() {
    assertThat(RingModel.efficiency(3, 1, 0)).isEqualTo(0.75);
    assertThat(RingModel.efficiency(3, 3, 2)).isEqualTo(0.75);
    assertThat(RingModel.efficiency(3, 2, 2)).isEqualTo(1);
  }

  /** The table of the documentation is what the formulas beside it give. */
  @Test
  void theDocumentedTableIsThisModels() throws IOException {
    var table = new StringBuilder();
    var names = Map.of("b16", "ViT-B/16", "l16", "ViT-L/16", "h14", "ViT-H/14");
    for (var recipe : List.of("b16", "l16", "h14")) {
      var experiment = Recipes.load(recipe, "pretrain", List.of());
      long parameters = parameters(experiment.getTraining(), recipe);
      for (int hosts : new int[] {8, 16, 32, 64}) {
        var ring = RingModel.of(experiment.getTraining(), parameters, hosts);
        double computing = 4096.0 / hosts * StepWork.perImage(experiment) / 15e12;
        table.append(
            String.format(
                Locale.ROOT, "| %s, %.0f M | %d |", names.get(recipe), parameters / 1e6, hosts));
        table.append(String.format(Locale.ROOT, " %.1f s |", computing));
        for (int gigabits : new int[] {10, 25, 100}) {
          double exchange = ring.seconds(0.8 * gigabits * GIGABIT, 1e-3);
          table.append(
              String.format(
                  Locale.ROOT,
                  " %.2f s: %.0f %% |",
                  exchange,
                  100 * RingModel.efficiency(computing, exchange, 0)));
        }
        table.append("\n");
      }
    }
    assertThat(Files.readString(Path.of("../docs/several-machines.md"))).contains(table);
    assertThat(parameters(TrainingConfig.getDefaultInstance(), "b16") / 1e6)
        .isCloseTo(112, within(1.0));
  }

  private static long parameters(TrainingConfig training, String recipe) {
    try (var graph = new Graph()) {
      var params = Params.in(Ops.create(graph));
      new Mae(params, Recipes.load(recipe, "pretrain", List.of()).getModel());
      return ParamPlan.pretraining(params.all(), training).size();
    }
  }
}
