package org.maejava.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maejava.proto.Experiment;
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
  void inEpochsHasAsManyImagesPassByWhateverTheirNumber(int images, int epochs) {
    var training = TrainingLength.inEpochs(PASSES, images).getTraining();
    assertThat(training.getEpochs()).isEqualTo(epochs);
    assertThat(training.getWarmupEpochs()).isEqualTo(0.05 * epochs);
    assertThat(training.hasImagePasses() || training.hasWarmupShare()).isFalse();
  }

  @Test
  void inEpochsIsTheSameIfItCountsThemAlready() {
    assertThat(TrainingLength.inEpochs(EPOCHS, 7)).isEqualTo(EPOCHS);
    var once = TrainingLength.inEpochs(PASSES, 2000);
    assertThat(TrainingLength.inEpochs(once, 2000)).isEqualTo(once);
  }

  @Test
  void timesAShareHasItsWarmUpInProportion() {
    var half = TrainingLength.times(EPOCHS, 0.5).getTraining();
    assertThat(half.getEpochs()).isEqualTo(24);
    assertThat(half.getWarmupEpochs()).isEqualTo(1);
    var halfPasses = TrainingLength.inEpochs(TrainingLength.times(PASSES, 0.5), 15_000);
    assertThat(halfPasses).isEqualTo(TrainingLength.lasting(halfPasses, 24));
    assertThat(halfPasses.getTraining().getWarmupEpochs()).isEqualTo(0.05 * 24);
  }

  @Test
  void hasABatchThatFewImagesFillInPairsWhereTheyAreMixed() {
    assertThat(TrainingLength.largestBatch(EPOCHS, 9, 1)).isEqualTo(9);
    var mixed = EPOCHS.toBuilder();
    mixed.getDataBuilder().setMixing(Mixing.getDefaultInstance());
    assertThat(TrainingLength.largestBatch(mixed.build(), 15, 2)).isEqualTo(6);
    assertThat(TrainingLength.largestBatch(EPOCHS, 0, 1)).isZero();
  }

  private static Experiment of(TrainingConfig.Builder training) {
    return Experiment.newBuilder().setTraining(training).build();
  }
}
