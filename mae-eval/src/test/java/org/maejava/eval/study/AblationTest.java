package org.maejava.eval.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.eval.proto.WeightsPlan;
import org.maejava.proto.Experiment;

class AblationTest {

  static List<String> names() {
    return Ablation.NAMES;
  }

  /** At the paper's own scale every setting is possible and is the paper's. */
  @ParameterizedTest
  @MethodSource("names")
  void leavesNothingOutAtThePapersScale(String name) {
    for (double share : new double[] {1, 0.01}) {
      var ablation = Ablation.of(name, request("l16", share));
      assertThat(ablation.leftOut()).isEmpty();
      PlanCheck.require(ablation.plan());
      assertThat(ablation.plan().getBaselineWeights()).isNotEmpty();
      assertThat(ablation.plan().getChartsList()).hasSize(1);
    }
  }

  @Test
  void hasThePapersNumbersAtThePapersScale() {
    assertThat(experiments("decoder-width"))
        .extracting(experiment -> experiment.getModel().getDecoder().getWidth())
        .containsExactly(128, 256, 512, 768, 1024);
    assertThat(experiments("decoder-depth"))
        .extracting(experiment -> experiment.getModel().getDecoder().getDepth())
        .containsExactly(1, 2, 4, 8, 12);
    assertThat(experiments("epochs"))
        .extracting(experiment -> experiment.getTraining().getEpochs())
        .containsExactly(100, 200, 400, 800, 1600);
    assertThat(experiments("target").get(2).getModel().getPca().getCoefficients()).isEqualTo(96);
    assertThat(experiments("mask-ratio"))
        .extracting(experiment -> experiment.getModel().getMaskRatio())
        .containsExactly(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9);
  }

  /** A quarter of the width is for a row's sine, and so on; heads share it too. */
  @Test
  void scalesWidthsAndCoefficientsToTheNetworkThatIsAskedFor() {
    var set = "model { encoder { width: 48 heads: 3 } decoder { width: 24 heads: 3 } }";
    var narrow = request("demo", 1, set);
    assertThat(Ablation.of("decoder-width", narrow).plan().getWeightsList())
        .extracting(
            weights ->
                PretrainingRecipe.of(weights.getPretraining(), 0, "demo")
                    .experiment()
                    .getModel()
                    .getDecoder()
                    .getWidth())
        .containsExactly(12, 24, 36, 48);
    assertThat(Ablation.of("decoder-width", narrow).leftOut())
        .containsExactly(
            "\"decoder of 1/4 the width\" is left out: at this scale it is \"decoder of 1/8 the width\"");
  }

  @ParameterizedTest
  @CsvSource({
    "demo, augmentation, crop and colour jitter",
    "demo, decoder-depth, decoder of 8 blocks"
  })
  void leavesOutWhatAFamilyCannotHaveAndSaysWhy(String family, String name, String setting) {
    var ablation = Ablation.of(name, request(family, 1));
    assertThat(ablation.leftOut())
        .anySatisfy(said -> assertThat(said).startsWith("\"" + setting + "\" is left out: "));
    assertThat(ablation.plan().getWeightsList())
        .extracting(WeightsPlan::getName)
        .doesNotContain(setting);
    PlanCheck.require(ablation.plan());
  }

  /** Squares of four patches, of which one stays, do not fill 7 x 7 patches. */
  @Test
  void leavesOutGridMaskingWhereTheSquaresDoNotFillTheImage() {
    assertThat(Ablation.of("mask-sampling", request("demo", 1)).leftOut()).isEmpty();
    var patches = "model { patch { height: 4 width: 4 } }";
    var odd = Ablation.of("mask-sampling", request("demo", 1, patches));
    assertThat(odd.leftOut())
        .singleElement()
        .satisfies(said -> assertThat(said).startsWith("\"grid 75 %\" is left out: "));
    assertThat(odd.plan().getWeightsList())
        .extracting(WeightsPlan::getName)
        .doesNotContain("grid 75 %");
    PlanCheck.require(odd.plan());
  }

  /** Of 16 patches as many are hidden at 70 % as at 75 %, which is the recipe's own. */
  @Test
  void trainsOnceWhatHidesAsManyPatches() {
    var ablation = Ablation.of("mask-ratio", request("demo", 1));
    assertThat(ablation.leftOut())
        .containsExactly("\"70 % hidden\" is left out: at this scale it is \"75 % hidden\"");
    assertThat(ablation.plan().getBaselineWeights()).isEqualTo("75 % hidden");
  }

  /** The demo's decoder is one block deep, its target normalised. */
  @Test
  void comparesWithTheSettingThatIsTheRecipesOwn() {
    assertThat(Ablation.of("decoder-depth", request("demo", 1)).plan().getBaselineWeights())
        .isEqualTo("decoder of 1 block");
    assertThat(Ablation.of("target", request("demo", 1)).plan().getBaselineWeights())
        .isEqualTo("normalised pixels");
    assertThat(Ablation.of("target", request("l16", 1)).plan().getBaselineWeights())
        .isEqualTo("pixels");
  }

  @Test
  void namesThoseThatThereAre() {
    assertThatThrownBy(() -> Ablation.of("masks", request("demo", 1)))
        .hasMessageContaining("there is no ablation \"masks\"; there are decoder-depth");
  }

  private static List<Experiment> experiments(String name) {
    return Ablation.of(name, request("l16", 1)).plan().getWeightsList().stream()
        .map(weights -> PretrainingRecipe.of(weights.getPretraining(), 0, "l16").experiment())
        .toList();
  }

  private static Ablation.Request request(String family, double share, String... changes) {
    return new Ablation.Request(
        "fashion-mnist",
        family,
        List.of(changes),
        List.of(),
        List.of("finetune", "linear-probe"),
        Optional.empty(),
        1,
        share);
  }
}
