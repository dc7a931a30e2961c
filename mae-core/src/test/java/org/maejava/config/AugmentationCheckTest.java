package org.maejava.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.proto.Experiment;

class AugmentationCheckTest {

  private static final String WHOLE =
      """
      model { preset: SMALL_64_8 random_masking {} normalised_pixels {} mask_ratio: 0.75 }
      data {
        mean: [0.5, 0.5, 0.5]
        std: [0.2, 0.2, 0.2]
        center_crop {}
        flip_probability: 0.5
        eval_crop_fraction: 1
        max_unreadable_share: 0
        rand_augment { operations: 2 magnitude: 9 magnitude_deviation: 0.5 operation_probability: 0.5 }
        random_erasing {
          probability: 0.25 min_area: 0.02 max_area: 0.33 min_aspect: 0.3 max_aspect: 3.3 rectangles: 1
        }
        mixing { mixup_alpha: 0.8 cutmix_alpha: 1 probability: 1 cutmix_probability: 0.5 }
        repeated_augmentation { repeats: 3 }
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
        layer_decay: 1
        seed: 1
      }
      """;

  private static final String CLASSIFICATION =
      """
      classification {
        all {}
        pooling: AVERAGE
        label_smoothing: 0.1
        drop_path: 0.1
        head_init_std: 0.01
      }
      """;

  @Test
  void aClassifierMayHaveAllOfIt() {
    assertThat(checked(CLASSIFICATION).getData().hasMixing()).isTrue();
  }

  @Test
  void whatIsOnNeedsAllItsNumbers() {
    var lacking = recipe(CLASSIFICATION).toBuilder();
    lacking.getDataBuilder().getMixingBuilder().clearProbability();
    lacking.getDataBuilder().getRandAugmentBuilder().clearMagnitude();
    lacking.getDataBuilder().getRandomErasingBuilder().clearRectangles();
    lacking.getDataBuilder().getRepeatedAugmentationBuilder().clearRepeats();
    assertThatThrownBy(() -> Experiments.checked(lacking.build(), "mine"))
        .hasMessageContaining("data.mixing.probability is not set")
        .hasMessageContaining("data.rand_augment.magnitude is not set")
        .hasMessageContaining("data.random_erasing.rectangles is not set")
        .hasMessageContaining("data.repeated_augmentation.repeats is not set");
  }

  @Test
  void allThatIsOutOfRangeIsSaidAtOnce() {
    var wrong =
        CLASSIFICATION
            + """
            data {
              rand_augment { operations: 0 magnitude: 11 operation_probability: 2 }
              random_erasing { min_area: 0.5 }
              mixing { mixup_alpha: 0 cutmix_alpha: 0 probability: -1 }
              repeated_augmentation { repeats: 0 }
            }
            training { batch_size: 7 }
            """;
    assertThatThrownBy(() -> checked(wrong))
        .hasMessageContaining("data.rand_augment.operations 0 must be from 1 to 100")
        .hasMessageContaining("data.rand_augment.magnitude 11")
        .hasMessageContaining("data.rand_augment.operation_probability 2")
        .hasMessageContaining("data.random_erasing.min_area 0.5")
        .hasMessageContaining("data.mixing.mixup_alpha and cutmix_alpha are both 0")
        .hasMessageContaining("data.mixing.probability -1")
        .hasMessageContaining("data.repeated_augmentation.repeats")
        .hasMessageContaining("training.batch_size 7 is odd");
  }

  @Test
  void jitterReplacesRandAugmentAndGreyImagesHaveNoColourToJitter() {
    var jitter =
        CLASSIFICATION
            + """
            model { image { channels: 1 } }
            data {
              mean: 0.5 std: 0.2
              colour_jitter { brightness: 0.4 contrast: 0.4 saturation: 0.4 hue: 0.6 }
            }
            """;
    assertThat(recipe(jitter).getData().hasRandAugment()).isFalse();
    assertThatThrownBy(() -> checked(jitter))
        .hasMessageContaining("data.colour_jitter.hue 0.6 must be from 0 to 0.5")
        .hasMessageContaining("saturation 0.4 and hue 0.6 must be 0: grey images have neither");
  }

  @Test
  void otherChannelsThanGreyOrColourAreRefused() {
    assertThatThrownBy(() -> checked(CLASSIFICATION + "model { image { channels: 4 } }"))
        .hasMessageContaining(
            "data.rand_augment is for images of 1 or 3 channels; model.image.channels is 4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pretraining {}", "pixel_floor {}"})
  void whatOnlyAClassifierNeedsIsRefusedElsewhere(String task) {
    var recipe = Experiments.parse(task + " training { layer_decay: 1 }", "test");
    assertThatThrownBy(
            () -> Experiments.checked(Experiments.merge(recipe(""), recipe), "the recipe"))
        .hasMessageContaining("data.mixing is for classification {}; " + task)
        .hasMessageContaining("data.random_erasing is for classification {}; " + task);
  }

  private static Experiment checked(String more) {
    return Experiments.checked(recipe(more), "the recipe");
  }

  private static Experiment recipe(String more) {
    return Experiments.complete(
        Experiments.merge(Experiments.parse(WHOLE, "test"), Experiments.parse(more, "test")),
        name -> null);
  }
}
