package org.maejava.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.proto.Experiment;

@DisplayName("Recipes")
class ExperimentsTest {

  private static final String WHOLE =
      """
      model {
        preset: SMALL_64_8
      }
      data {
        mean: [0.5, 0.5, 0.5]
        std: [0.2, 0.2, 0.2]
        center_crop {}
        flip_probability: 0.5
        eval_crop_fraction: 1
        max_unreadable_share: 0
      }
      training {
        epochs: 10
        batch_size: 8
        accumulation_steps: 1
        base_rate: 1e-3
        min_rate: 0
        warmup_epochs: 1
        adamw { beta1: 0.9 beta2: 0.95 epsilon: 1e-8 }
        weight_decay: 0.05
        seed: 1
      }
      pretraining {}
      """;

  @Test
  void mergeFieldByFieldButReplaceLists() {
    var merged =
        Experiments.merge(
            parse("data { mean: [1, 2] flip_probability: 0.5 } training { epochs: 3 }"),
            parse("data { mean: 9 } training { seed: 4 }"));
    assertThat(merged.getData().getMeanList()).containsExactly(9.0);
    assertThat(merged.getData().getFlipProbability()).isEqualTo(0.5);
    assertThat(merged.getTraining().getEpochs()).isEqualTo(3);
    assertThat(merged.getTraining().getSeed()).isEqualTo(4);
  }

  @Test
  void replaceOneAlternativeByAnother() {
    var merged =
        Experiments.merge(
            parse("training { adamw { beta1: 0.9 } } model { pixels {} }"),
            parse("training { sgd { momentum: 0.9 } } model { normalised_pixels {} }"));
    assertThat(merged.getTraining().hasAdamw()).isFalse();
    assertThat(merged.getTraining().getSgd().getMomentum()).isEqualTo(0.9);
    assertThat(merged.getModel().hasPixels()).isFalse();
  }

  @Test
  void letAZeroOverrideANumber() {
    var merged =
        Experiments.merge(
            parse("training { weight_decay: 0.05 }"), parse("training { weight_decay: 0 }"));
    assertThat(merged.getTraining().hasWeightDecay()).isTrue();
    assertThat(merged.getTraining().getWeightDecay()).isZero();
  }

  @Test
  void takeTheirBasesInOrderAndThemselvesLast() {
    var bases =
        Map.of(
            "a", parse("training { epochs: 1 batch_size: 1 seed: 1 }"),
            "b", parse("extends: \"a\" training { epochs: 2 batch_size: 2 }"));
    var complete = Experiments.complete(parse("extends: \"b\" training { epochs: 3 }"), bases::get);
    assertThat(complete.getTraining().getEpochs()).isEqualTo(3);
    assertThat(complete.getTraining().getBatchSize()).isEqualTo(2);
    assertThat(complete.getTraining().getSeed()).isEqualTo(1);
    assertThat(complete.getExtendsList()).isEmpty();
  }

  @Test
  void fillAPresetUnderWhatIsSet() {
    var complete =
        Experiments.complete(
            parse("model { preset: VIT_B16 encoder { depth: 6 } normalised_pixels {} }"),
            n -> null);
    assertThat(complete.getModel().getEncoder().getWidth()).isEqualTo(768);
    assertThat(complete.getModel().getEncoder().getDepth()).isEqualTo(6);
    assertThat(complete.getModel().hasNormalisedPixels()).isTrue();
    assertThat(complete.getModel().hasPreset()).isFalse();
  }

  @Test
  void areRefusedWithEveryNumberThatIsMissing() {
    var lacking = whole().toBuilder();
    lacking.getTrainingBuilder().clearEpochs().clearSeed().getAdamwBuilder().clearBeta2();
    assertThatThrownBy(() -> Experiments.checked(lacking.build(), "mine"))
        .isInstanceOf(InvalidExperimentException.class)
        .hasMessageContaining("mine")
        .hasMessageContaining("training.epochs is not set")
        .hasMessageContaining("training.seed is not set")
        .hasMessageContaining("training.adamw.beta2 is not set");
  }

  @Test
  void areRefusedWithEveryPartThatIsMissing() {
    assertThatThrownBy(() -> Experiments.checked(Experiment.getDefaultInstance(), "empty"))
        .hasMessageContaining("model.image is not set")
        .hasMessageContaining("data is not set")
        .hasMessageContaining("training.adamw, lars or sgd is not set");
  }

  @Test
  void areRefusedWithSubjectValueAndLimit() {
    var wrong =
        Experiments.merge(
            whole(),
            parse(
                "model { encoder { width: 190 heads: 3 } mask_ratio: 0.999 }"
                    + " data { std: [0.2, 0, 0.2] flip_probability: 2 }"));
    assertThatThrownBy(() -> Experiments.checked(wrong, "mine"))
        .hasMessageContaining("model.encoder.width 190 is not a multiple of model.encoder.heads 3")
        .hasMessageContaining("data.std")
        .hasMessageContaining("data.flip_probability 2.0 must be within 0.0 and 1.0");
  }

  @Test
  void haveAFingerprintOfWhatChangesAResult() {
    var same = whole().toBuilder().setAbout("told differently").build();
    var other = Experiments.merge(whole(), parse("training { seed: 2 }"));
    assertThat(Experiments.fingerprint(same)).isEqualTo(Experiments.fingerprint(whole()));
    assertThat(Experiments.fingerprint(other)).isNotEqualTo(Experiments.fingerprint(whole()));
  }

  @Test
  void tellLineColumnAndChoicesOfAnUnknownField() {
    assertThatThrownBy(() -> Experiments.parse("training {\n  epoch: 2\n}", "mine.textproto"))
        .isInstanceOf(InvalidExperimentException.class)
        .hasMessageContaining("mine.textproto")
        .hasMessageContaining("line 2")
        .hasMessageContaining("TrainingConfig has no field \"epoch\"; it has epochs, batch_size");
  }

  private static Experiment whole() {
    return Experiments.checked(
        Experiments.complete(parse(WHOLE), name -> null), "the whole recipe");
  }

  private static Experiment parse(String text) {
    return Experiments.parse(text, "test");
  }
}
