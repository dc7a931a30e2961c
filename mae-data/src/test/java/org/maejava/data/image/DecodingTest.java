package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.data.RecipeText;
import org.maejava.proto.DataConfig;

@DisplayName("Decoding")
class DecodingTest {

  @Test
  void followsTheRecipe() {
    var recipe =
        RecipeText.of(
            """
            alpha_background { red: 255 green: 10 }
            exif_orientation {}
            image_limits { max_pixels: 7 max_seconds: 0.25 }
            """,
            DataConfig.class);
    assertThat(Decoding.of(recipe))
        .isEqualTo(
            new Decoding(
                JpegDecoding.ACCURATE, new Alpha.On(255, 10, 0), true, 7, Duration.ofMillis(250)));
  }

  @Test
  void isThatOfPillowAndPyTorchWhereTheRecipeSaysNothing() {
    assertThat(Decoding.of(DataConfig.getDefaultInstance())).isEqualTo(Decoding.usual());
  }

  /** The other keeps its default. */
  @Test
  void isLimitedByOneOfItsLimitsAlone() {
    var recipe = RecipeText.of("image_limits { max_seconds: 2 }", DataConfig.class);
    assertThat(Decoding.of(recipe).maxPixels()).isEqualTo(Decoding.usual().maxPixels());
    assertThat(Decoding.of(recipe).timeLimit()).isEqualTo(Duration.ofSeconds(2));
  }
}
