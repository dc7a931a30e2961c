package org.maejava.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.data.augment.Operation.How;
import org.maejava.data.image.Golden;
import org.maejava.data.image.Image;

/**
 * What Pillow 13.0.0 makes of an image of 32 x 40 (slopes, waves, noise, two patches of one colour,
 * a grey bar), in colour and in grey: {@code ImageOps}, {@code ImageEnhance}, {@code point} with
 * the table of timm's SolarizeAdd, {@code transform(AFFINE)}, {@code rotate}, and the hue by way of
 * {@code convert("HSV")} as torchvision turns it. A tensor's name is image, operation, argument and
 * interpolation; (124, 116, 104), in grey 121, fill what is left empty. All are equal to the last
 * bit.
 */
class PillowOperationsTest {

  private static final Golden GOLDEN = new Golden("pillow_operations.safetensors");
  private static final byte[] COLOUR_FILL = {124, 116, 104};
  private static final byte[] GREY_FILL = {121};

  static List<String> operations() {
    return GOLDEN.names().stream().filter(name -> name.contains("/")).toList();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void isPillowsToTheLastBit(String name) {
    var parts = List.of(name.split("/"));
    var image = image(parts.get(0));
    double argument = Double.parseDouble(parts.get(2));
    var result =
        parts.size() == 3
            ? changed(parts.get(1), image, argument)
            : moved(
                parts.get(1),
                image,
                argument,
                Interpolation.valueOf(parts.get(3).toUpperCase(Locale.ROOT)));
    assertThat(result.pixels()).isEqualTo(GOLDEN.bytes(name));
  }

  private static Image changed(String operation, Image image, double argument) {
    return switch (operation) {
      case "auto_contrast" -> PointOperations.autoContrast(image);
      case "equalize" -> PointOperations.equalize(image);
      case "invert" -> PointOperations.invert(image);
      case "posterize" -> PointOperations.posterize(image, (int) argument);
      case "solarize" -> PointOperations.solarize(image, (int) argument);
      case "solarize_add" -> PointOperations.solarizeAdd(image, (int) argument);
      case "color" -> Enhancements.colour(image, argument);
      case "contrast" -> Enhancements.contrast(image, argument);
      case "brightness" -> Enhancements.brightness(image, argument);
      case "sharpness" -> Enhancements.sharpness(image, argument);
      case "hue" -> Hue.turned(image, argument);
      default -> throw new AssertionError(operation);
    };
  }

  private static Image moved(
      String operation, Image image, double argument, Interpolation interpolation) {
    var affine =
        switch (operation) {
          case "shear_x" -> Affine.shearX(argument);
          case "shear_y" -> Affine.shearY(argument);
          case "translate_x" -> Affine.translateX(argument * 40);
          case "translate_y" -> Affine.translateY(argument * 32);
          case "rotate" -> Affine.rotate(argument, 32, 40);
          default -> throw new AssertionError(operation);
        };
    return affine.apply(image, interpolation, image.channels() == 1 ? GREY_FILL : COLOUR_FILL);
  }

  /** Levels 0.9 and 1 of timm's increasing set, to those sides that the goldens hold. */
  @Test
  void levelsBecomeTimmsArguments() {
    var image = image("colour");
    expect(Operation.POSTERIZE, 0.9, false, PointOperations.posterize(image, 1));
    expect(Operation.POSTERIZE, 1, false, PointOperations.posterize(image, 0));
    expect(Operation.SOLARIZE, 0.9, false, PointOperations.solarize(image, 26));
    expect(Operation.SOLARIZE_ADD, 0.9, false, PointOperations.solarizeAdd(image, 99));
    expect(Operation.COLOUR, 0.9, false, Enhancements.colour(image, 1.81));
    expect(Operation.CONTRAST, 0.9, true, Enhancements.contrast(image, 0.19));
    expect(Operation.BRIGHTNESS, 0.9, true, Enhancements.brightness(image, 0.19));
    expect(Operation.SHARPNESS, 0.9, false, Enhancements.sharpness(image, 1.81));
    expect(Operation.ROTATE, 0.9, false, moved("rotate", image, 27, Interpolation.BICUBIC));
    expect(Operation.SHEAR_X, 0.9, true, moved("shear_x", image, -0.27, Interpolation.BICUBIC));
    expect(Operation.SHEAR_Y, 0.9, false, moved("shear_y", image, 0.27, Interpolation.BICUBIC));
    expect(
        Operation.TRANSLATE_X, 1, false, moved("translate_x", image, 0.45, Interpolation.BICUBIC));
    expect(
        Operation.TRANSLATE_Y, 1, true, moved("translate_y", image, -0.45, Interpolation.BICUBIC));
  }

  private static void expect(Operation operation, double level, boolean negative, Image expected) {
    var how = new How(level, negative, Interpolation.BICUBIC, COLOUR_FILL);
    assertThat(operation.apply(image("colour"), how).pixels())
        .as(operation.name())
        .isEqualTo(expected.pixels());
  }

  @Test
  void anImageOfOneColourSurvivesTheHistogramsOperations() {
    var flat = new Image(2, 2, 1, new byte[] {7, 7, 7, 7});
    assertThat(PointOperations.autoContrast(flat).pixels()).isEqualTo(flat.pixels());
    assertThat(PointOperations.equalize(flat).pixels()).isEqualTo(flat.pixels());
  }

  private static Image image(String name) {
    return new Image(32, 40, name.equals("grey") ? 1 : 3, GOLDEN.bytes(name));
  }
}
