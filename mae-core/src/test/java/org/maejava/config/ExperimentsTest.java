package org.maejava.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  void doWithoutWhatTheirBasesSet() {
    var bases =
        Map.of(
            "a", parse("training { gradient_clip { max_norm: 1 } adamw { beta1: 0.9 } epochs: 3 }"),
            "b", parse("extends: \"a\" without: \"training.gradient_clip\""));
    assertThat(Experiments.complete(parse("extends: \"b\""), bases::get))
        .isEqualTo(parse("training { adamw { beta1: 0.9 } epochs: 3 }"));

    var recipe = parse("extends: \"a\" training { gradient_clip { max_norm: 2 } }");
    var without = parse("without: [\"training.gradient_clip\", \"training.adamw.beta1\"]");
    var changed = Experiments.merge(recipe, without);
    assertThat(Experiments.complete(changed, bases::get))
        .isEqualTo(parse("training { adamw {} epochs: 3 }"));

    var again = Experiments.merge(changed, parse("training { gradient_clip { max_norm: 7 } }"));
    assertThat(Experiments.complete(again, bases::get))
        .isEqualTo(parse("training { gradient_clip { max_norm: 7 } adamw {} epochs: 3 }"));
  }

  @Test
  void areRefusedIfTheyDoWithoutWhatDoesNotExist() {
    assertThatThrownBy(
            () -> Experiments.merge(whole(), parse("without: \"training.gradient_clipp\"")))
        .isInstanceOf(InvalidExperimentException.class)
        .hasMessageStartingWith("without: \"training.gradient_clipp\"")
        .hasMessageContaining(
            "TrainingConfig has no field \"gradient_clipp\" (did you mean gradient_clip?); it has epochs");
    assertThatThrownBy(() -> Experiments.merge(whole(), parse("without: \"about.this\"")))
        .hasMessageContaining("Experiment has no field \"about\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "given_masking { hidden: [0, 1, 1] }|must name different patches from 0 to 63",
        "given_masking { hidden: [0, 64] }|must name different patches from 0 to 63, not [64]",
        "given_masking { hidden: [0, 1] }|hides 2 of 64 patches but model.mask_ratio 0.75 hides 48",
        "given_noise { values: [1, 2] }|has 2 values; it must have a finite one for each of 64",
        "mask_ratio: 0|hides none of 64 patches, which leaves no loss",
        "mask_ratio: 0.99|hides all 64 patches",
        "mask_ratio: -0.1|must be from 0 to below 1",
        "pca { coefficients: 193 sample_images: 10 }|coefficients 193 must be from 1 to the 192",
        "pca { coefficients: 4 sample_images: 0 }|model.pca.sample_images 0 must be at least 1",
        "pca { coefficients: 4 }|model.pca.sample_images is not set"
      })
  void areRefusedWithMaskingOrTargetThatCannotBe(String model, String problem) {
    var wrong = Experiments.merge(whole(), parse("model { " + model + " }"));
    assertThatThrownBy(() -> Experiments.checked(wrong, "mine"))
        .isInstanceOf(InvalidExperimentException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void areAcceptedWithARatioOfZeroIfTheLossIsOnAllPatches() {
    var open = parse("model { mask_ratio: 0 loss_on_all_patches {} encoder_mask_tokens {} }");
    assertThat(Experiments.checked(Experiments.merge(whole(), open), "mine")).isNotNull();
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
        .hasMessageContaining("training.epochs or image_passes is not set")
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
        .hasMessageContaining("data.flip_probability 2 must be from 0 to 1");
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
        .hasMessageContaining(
            "TrainingConfig has no field \"epoch\" (did you mean epochs?); it has epochs, image_passes");
  }

  @Test
  void tellWhereAFieldBelongsThatIsInAPart() {
    assertThatThrownBy(() -> Experiments.parse("mask_ratio: 0.6", "mine.textproto"))
        .hasMessageContaining(
            "Experiment has no field \"mask_ratio\"; it belongs into a part: model { mask_ratio: … }");
    assertThatThrownBy(() -> Experiments.parse("depth: 2", "mine.textproto"))
        .hasMessageContaining("model { encoder { depth: … } } or model { decoder { depth: … } }");
  }

  private static Experiment whole() {
    return Experiments.checked(
        Experiments.complete(parse(WHOLE), name -> null), "the whole recipe");
  }

  private static Experiment parse(String text) {
    return Experiments.parse(text, "test");
  }
}
