package org.maejava.eval.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.config.Experiments;
import org.maejava.config.InvalidExperimentException;
import org.maejava.config.RecipeDiff;
import org.maejava.config.TrainingLength;

class RecipesTest {

  static Stream<String> names() {
    return Recipes.names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyBundledRecipeIsCompleteAndSaysWhatItIs(String name) {
    var recipe = Recipes.load(name, "", List.of());
    assertThat(recipe.getAbout()).hasSizeGreaterThan(20);
    assertThat(Experiments.checked(recipe, name)).isEqualTo(recipe);
  }

  @Test
  void theIndexNamesEveryFile() throws Exception {
    var folder = Path.of(RecipesTest.class.getResource("/recipes").toURI());
    try (var files = Files.walk(folder)) {
      var names =
          files
              .map(file -> folder.relativize(file).toString())
              .filter(file -> file.endsWith(".textproto"))
              .map(file -> file.replace(".textproto", ""))
              .toList();
      assertThat(Files.readAllLines(folder.resolve("index")))
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void overridesWinInTheirOrder() {
    var recipe =
        Recipes.load(
            "b16",
            "finetune",
            List.of("training { epochs: 7 }", "training { epochs: 8 } data { mean: [0, 0, 0] }"));
    assertThat(recipe.getTraining().getEpochs()).isEqualTo(8);
    assertThat(recipe.getData().getMeanList()).containsExactly(0.0, 0.0, 0.0);
    assertThat(recipe.getTraining().getLayerDecay()).isEqualTo(0.75);
    assertThat(recipe.getModel().getEncoder().getWidth()).isEqualTo(768);
  }

  @Test
  void thePublishedBatchSizesAreReachedByAccumulation() {
    assertThat(effectiveBatch("pretrain")).isEqualTo(4096);
    assertThat(effectiveBatch("finetune")).isEqualTo(1024);
    assertThat(effectiveBatch("linear-probe")).isEqualTo(16384);
  }

  /** Where the appendix and the published commands disagree, and nowhere else. */
  @Test
  void theCodesVariantsDifferFromThePapersInWhatTheCommandsSay() {
    assertThat(differences("b16/finetune"))
        .contains("data.random_erasing.probability not set 0.25")
        .filteredOn(difference -> !difference.startsWith("data.random_erasing."))
        .containsExactly("training.base_rate 0.001 5.0E-4", "training.layer_decay 0.75 0.65");
    assertThat(differences("l16/finetune"))
        .filteredOn(difference -> !difference.startsWith("data.random_erasing."))
        .containsExactly("classification.drop_path 0.1 0.2");
    assertThat(differences("h14/finetune"))
        .filteredOn(difference -> !difference.startsWith("data.random_erasing."))
        .containsExactly("classification.drop_path 0.2 0.3");
    for (var family : List.of("b16", "l16", "h14")) {
      assertThat(differences(family + "/pretrain"))
          .containsExactly("model.pixels {} not set", "model.normalised_pixels not set {}");
    }
  }

  private static List<String> differences(String recipe) {
    return RecipeDiff.between(
            Recipes.load(recipe, "", List.of()), Recipes.load(recipe + "-code", "", List.of()))
        .stream()
        .map(d -> d.path() + " " + d.first() + " " + d.second())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"finetune", "scratch", "partial"})
  void theTablesAugmentationIsThePapersFamiliesAlone(String task) {
    var published = Recipes.load("l16", task, List.of()).getData();
    assertThat(published.getRandAugment().getMagnitude()).isEqualTo(9);
    assertThat(published.getMixing().getMixupAlpha()).isEqualTo(0.8);
    assertThat(published.getMixing().getCutmixAlpha()).isEqualTo(1);
    assertThat(published.hasRandomErasing()).isFalse();
    var demo = Recipes.load("demo", task, List.of()).getData();
    assertThat(demo.hasRandAugment() || demo.hasMixing()).isFalse();
  }

  @Test
  void thePublishedLinearProbeCropsByASingleDraw() {
    var probe = Recipes.load("b16", "linear-probe", List.of()).getData();
    assertThat(probe.getRandomResizedCrop().hasSingleDraw()).isTrue();
    assertThat(probe.hasRandAugment() || probe.hasMixing()).isFalse();
    var pretraining = Recipes.load("b16", "pretrain", List.of()).getData();
    assertThat(pretraining.getRandomResizedCrop().hasSingleDraw()).isFalse();
  }

  /** What base/linear-probe-few-labels says of it. */
  @Test
  void linearProbesTakeLarsForBatchesOfThousandsAndSgdBelow() {
    var probes = Recipes.names().stream().filter(name -> name.endsWith("/linear-probe")).toList();
    assertThat(probes).hasSizeGreaterThan(6);
    for (var name : probes) {
      var training = Recipes.load(name, "", List.of()).getTraining();
      int batch = training.getBatchSize() * training.getAccumulationSteps();
      assertThat(training.hasLars()).as(name).isEqualTo(batch >= 4096);
      assertThat(training.hasSgd()).as(name).isEqualTo(batch < 4096);
    }
  }

  @Test
  void aShortenedRecipeIsTheSameButForItsEpochsAndWarmUp() {
    var recipe = Recipes.load("b16", "pretrain", List.of());
    var shortened = TrainingLength.lasting(recipe, 20);
    assertThat(RecipeDiff.between(recipe, shortened))
        .extracting(d -> d.path() + " " + d.second())
        .containsExactlyInAnyOrder("training.epochs 20", "training.warmup_epochs 1.0");
    assertThat(TrainingLength.lasting(recipe, 800)).isEqualTo(recipe);
  }

  @Test
  void epochsTakeThePlaceOfImagePassesAndKeepTheirWarmUp() {
    var own = Recipes.load("tiny-64", "pretrain", List.of()).getTraining();
    var set = Recipes.load("tiny-64", "pretrain", List.of("training { epochs: 20 }")).getTraining();
    assertThat(own.getImagePasses()).isEqualTo(48 * 15_000);
    assertThat(set.getEpochs()).isEqualTo(20);
    assertThat(set.hasImagePasses()).isFalse();
    assertThat(set.getWarmupShare()).isEqualTo(own.getWarmupShare());
    assertThatThrownBy(
            () ->
                Recipes.load(
                    "tiny-64",
                    "pretrain",
                    List.of("training { warmup_epochs: 2 image_passes: 0 }")))
        .hasMessageContainingAll(
            "training.image_passes 0 must be at least 1", "training.warmup_share");
  }

  @Test
  void aChangeOfEpochsAloneShortensWarmUpWithThem() {
    var recipe = Recipes.load("tiny-64", "finetune", List.of());
    var change = Experiments.parse("training { epochs: 2 batch_size: 10 }", "here");
    var whole = Recipes.inProportion(change, () -> recipe).getTraining();
    assertThat(whole.getWarmupEpochs())
        .isEqualTo(TrainingLength.lasting(recipe, 2).getTraining().getWarmupEpochs());
    for (var other : List.of("training { epochs: 2 warmup_epochs: 1 }", "training { seed: 1 }")) {
      var said = Experiments.parse(other, "here");
      assertThat(Recipes.inProportion(said, () -> recipe)).isEqualTo(said);
    }
  }

  private static int effectiveBatch(String task) {
    var training = Recipes.load("b16", task, List.of()).getTraining();
    return training.getBatchSize() * training.getAccumulationSteps();
  }

  @Test
  void aFileMayExtendABundledRecipe(@TempDir Path folder) throws Exception {
    var file =
        Files.writeString(
            folder.resolve("mine.textproto"),
            "extends: \"tiny-64/pretrain\" model { mask_ratio: 0.6 }");
    var recipe = Recipes.load(file.toString(), "pretrain", List.of());
    assertThat(recipe.getModel().getMaskRatio()).isEqualTo(0.6);
    assertThat(recipe.getModel().getImage().getHeight()).isEqualTo(64);
  }

  @Test
  void aCircleOfRecipesIsNamed(@TempDir Path folder) throws Exception {
    var file = folder.resolve("mine.textproto");
    Files.writeString(file, "extends: \"" + file + "\"");
    assertThatThrownBy(() -> Recipes.load(file.toString(), "pretrain", List.of()))
        .isInstanceOf(InvalidExperimentException.class)
        .hasMessageContaining("extends itself");
  }
}
