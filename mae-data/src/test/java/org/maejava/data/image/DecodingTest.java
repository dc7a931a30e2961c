package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;

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
            image_limits { max_pixels: 7 }
            """,
            DataConfig.class);
    assertThat(Decoding.of(recipe))
        .isEqualTo(new Decoding(JpegDecoding.ACCURATE, new Alpha.On(255, 10, 0), true, 7));
  }

  @Test
  void isThatOfPillowAndPyTorchWhereTheRecipeSaysNothing() {
    assertThat(Decoding.of(DataConfig.getDefaultInstance())).isEqualTo(Decoding.usual());
  }
}
