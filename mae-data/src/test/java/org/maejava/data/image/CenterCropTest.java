package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.maejava.proto.ImageShape;

class CenterCropTest {

  @Test
  void theShorterSideIsScaledAndTheMiddleCutOut() {
    var crop = crop(224, 224, 0.875);
    assertThat(crop.frame(375, 500)).isEqualTo(new Framing(Box.whole(375, 500), 256, 341, 16, 58));
    assertThat(crop.frame(500, 375)).isEqualTo(new Framing(Box.whole(500, 375), 341, 256, 58, 16));
    assertThat(crop.frame(50, 50)).isEqualTo(new Framing(Box.whole(50, 50), 256, 256, 16, 16));
  }

  /**
   * 224 of 256 up to 224 pixels, all of it above: both sides scaled to the published code's sizes.
   */
  @Test
  void thePublishedRuleCanBeSaidForEverySize() {
    assertThat(crop(64, 64, 0.875).frame(100, 100).height()).isEqualTo(73);
    assertThat(crop(96, 96, 0.875).frame(100, 100).height()).isEqualTo(109);
    assertThat(crop(448, 448, 1).frame(375, 500))
        .isEqualTo(new Framing(Box.whole(375, 500), 448, 597, 0, 74));
  }

  @Test
  void allOfASquareImageIsKeptAtFractionOne() {
    assertThat(crop(64, 64, 1).frame(64, 64))
        .isEqualTo(new Framing(Box.whole(64, 64), 64, 64, 0, 0));
  }

  @Test
  void aRectangularInputIsCoveredByImagesOfAnyShape() {
    var crop = crop(32, 96, 0.8);
    for (int height = 1; height < 130; height += 3) {
      for (int width = 1; width < 130; width += 3) {
        var framing = crop.frame(height, width);
        assertThat(framing.height()).isGreaterThanOrEqualTo(40);
        assertThat(framing.width()).isGreaterThanOrEqualTo(120);
        assertThat(framing.height() == 40 || framing.width() == 120).isTrue();
        assertThat(framing.top() + 32).isLessThanOrEqualTo(framing.height());
        assertThat(framing.left() + 96).isLessThanOrEqualTo(framing.width());
      }
    }
  }

  @Test
  void aFractionOutsideItsRangeIsNamed() {
    assertThatThrownBy(() -> crop(32, 32, 1.5)).hasMessageContaining("data.eval_crop_fraction 1.5");
    assertThatThrownBy(() -> crop(32, 32, 0)).hasMessageContaining("(0, 1]");
  }

  static CenterCrop crop(int height, int width, double fraction) {
    return new CenterCrop(
        ImageShape.newBuilder().setHeight(height).setWidth(width).build(), fraction);
  }
}
