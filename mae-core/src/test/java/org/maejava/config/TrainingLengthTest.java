package org.maejava.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maejava.proto.Experiment;
import org.maejava.proto.FeatureNorm;
import org.maejava.proto.Mixing;
import org.maejava.proto.TrainingConfig;

@DisplayName("How long a recipe trains")
class TrainingLengthTest {

  private static final Experiment PASSES =
      of(TrainingConfig.newBuilder().setImagePasses(720_000).setWarmupShare(0.05));
  private static final Experiment EPOCHS =
      of(TrainingConfig.newBuilder().setEpochs(48).setWarmupEpochs(2));

  @ParameterizedTest
  @CsvSource({"500, 1440", "2000, 360", "15000, 48", "100000, 7", "1000000, 1"})
  void forImagesHasAsManyImagesPassByWhateverTheirNumber(int images, int epochs) {
    var training = TrainingLength.forImages(PASSES, images).getTraining();
    assertThat(training.getEpochs()).isEqualTo(epochs);
    assertThat(training.getWarmupEpochs()).isEqualTo(0.05 * epochs);
    assertThat(training.hasImagePasses() || training.hasWarmupShare()).isFalse();
  }

  @Test
  void forImagesIsTheSameIfItCountsThemAlready() {
    assertThat(TrainingLength.forImages(EPOCHS, 7)).isEqualTo(EPOCHS);
    var once = TrainingLength.forImages(PASSES, 2000);
    assertThat(TrainingLength.forImages(once, 2000)).isEqualTo(once);
  }

  @Test
  void timesAShareHasItsWarmUpInProportion() {
    var half = TrainingLength.times(EPOCHS, 0.5).getTraining();
    assertThat(half.getEpochs()).isEqualTo(24);
    assertThat(half.getWarmupEpochs()).isEqualTo(1);
    var halfPasses = TrainingLength.forImages(TrainingLength.times(PASSES, 0.5), 15_000);
    assertThat(halfPasses).isEqualTo(TrainingLength.lasting(halfPasses, 24));
    assertThat(halfPasses.getTraining().getWarmupEpochs()).isEqualTo(0.05 * 24);
  }

  @ParameterizedTest
  @CsvSource({
    "32, 4, 1, false, 128, 32, 4", // as it is
    "32, 4, 1, false, 127, 32, 3",
    "32, 4, 1, false, 12, 12, 1",
    "32, 1, 2, false, 13, 12, 1",
    "32, 1, 1, true, 13, 12, 1",
    "32, 1, 2, true, 14, 12, 1",
    "32, 1, 1, false, 1, 1, 1"
  })
  void anUpdateIsNoLargerThanTheImagesFill(
      int batch, int accumulated, int workers, boolean mixed, int images, int made, int times) {
    var recipe =
        of(TrainingConfig.newBuilder().setBatchSize(batch).setAccumulationSteps(accumulated))
            .toBuilder();
    if (mixed) {
      recipe.getDataBuilder().setMixing(Mixing.getDefaultInstance());
    }
    var found = TrainingLength.forImages(recipe.build(), images, workers);
    assertThat(found.getTraining().getBatchSize()).isEqualTo(made);
    assertThat(found.getTraining().getAccumulationSteps()).isEqualTo(times);
    assertThat(TrainingLength.forImages(found, images, workers)).isEqualTo(found);
    assertThat(TrainingLength.changes(recipe.build(), found, images))
        .hasSize(made * times == batch * accumulated ? 0 : 1);
  }

  @Test
  void oneImageIsTooFewForPairsAndForTheirVariance() {
    var mixed = EPOCHS.toBuilder();
    mixed.getTrainingBuilder().setBatchSize(8).setAccumulationSteps(1);
    var normed = mixed.clone();
    mixed.getDataBuilder().setMixing(Mixing.getDefaultInstance());
    normed.getClassificationBuilder().setFeatureNorm(FeatureNorm.getDefaultInstance());
    for (var recipe : List.of(mixed.build(), normed.build())) {
      assertThatThrownBy(() -> TrainingLength.forImages(recipe, 1))
          .hasMessage("1 training image is too few for any update of this recipe");
      assertThat(TrainingLength.forImages(recipe, 2).getTraining().getBatchSize()).isEqualTo(2);
    }
  }

  private static Experiment of(TrainingConfig.Builder training) {
    return Experiment.newBuilder().setTraining(training).build();
  }
}
