package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.data.RecipeText;
import org.maejava.proto.DataConfig;

/**
 * Small files that Pillow 12 wrote in every format (a ramp of 23×17 pixels), with the pixels of its
 * {@code convert("RGB")} and {@code convert("L")}, of {@code exif_transpose}, and of {@code
 * alpha_composite} on the colour (200, 100, 50).
 */
@DisplayName("A file that Pillow wrote")
class PillowFormatsTest {

  private static final Golden GOLDEN = new Golden("pillow_formats.safetensors");

  static Stream<String> files() {
    return GOLDEN.names().stream()
        .filter(name -> name.endsWith("/file"))
        .map(name -> name.substring(0, name.length() - "/file".length()));
  }

  static Stream<String> transparentFiles() {
    return files().filter(name -> name.contains("alpha"));
  }

  private static byte[] file(String name) {
    return GOLDEN.bytes(name + "/file");
  }

  @ParameterizedTest
  @MethodSource("files")
  void hasPillowsPixels(String name) throws UnreadableImageException {
    assertPixels(name, decoded(name, 3, Decoding.usual()), GOLDEN.bytes(name + "/rgb"));
    assertPixels(name, decoded(name, 1, Decoding.usual()), GOLDEN.bytes(name + "/grey"));
  }

  private static Image decoded(String name, int channels, Decoding decoding)
      throws UnreadableImageException {
    try (var decoder = new Decoder(channels, decoding)) {
      return decoder.decode(file(name));
    }
  }

  /**
   * Of lossy WebP the reader repeats chroma where Pillow's interpolates it: worst on such ramps.
   */
  private static void assertPixels(String name, Image image, byte[] expected) {
    if (name.equals("lossy.webp")) {
      assertThat(meanDifference(image.pixels(), expected)).isLessThan(4);
    } else {
      assertThat(image.pixels()).as(name).containsExactly(expected);
    }
  }

  private static double meanDifference(byte[] a, byte[] b) {
    assertThat(a).hasSameSizeAs(b);
    return IntStream.range(0, a.length)
        .mapToDouble(i -> Math.abs((a[i] & 0xff) - (b[i] & 0xff)))
        .average()
        .orElseThrow();
  }

  private static Decoding decoding(String recipe) {
    return Decoding.of(RecipeText.of(recipe, DataConfig.class));
  }

  @ParameterizedTest
  @MethodSource("transparentFiles")
  void isLaidOnABackgroundIfThatIsAskedFor(String name) throws UnreadableImageException {
    var decoding = decoding("alpha_background { red: 200 green: 100 blue: 50 }");
    var found = decoded(name, 3, decoding).pixels();
    var expected = GOLDEN.bytes(name + "/composed");
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs((found[i] & 0xff) - (expected[i] & 0xff))).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void isTurnedAsTheCameraWasHeldIfThatIsAskedFor(int orientation) throws UnreadableImageException {
    var decoding = decoding("exif_orientation {}");
    var name = "exif" + orientation + ".jpg";
    try (var decoder = new Decoder(3, decoding)) {
      var header = decoder.header(file(name));
      assertThat(header.width()).isEqualTo(orientation < 5 ? 23 : 17);
      assertThat(header.height()).isEqualTo(orientation < 5 ? 17 : 23);
      assertThat(decoder.decode(file(name)).pixels())
          .containsExactly(GOLDEN.bytes(name + "/turned"));
    }
  }

  @Test
  void isRefusedIfItHasMorePixelsThanAreAllowed() {
    var decoding = decoding("image_limits { max_pixels: 390 }");
    for (var name : files().toList()) {
      assertThatThrownBy(() -> decoded(name, 3, decoding))
          .as(name)
          .isInstanceOf(UnreadableImageException.class)
          .hasMessageContaining("23 x 17 pixels; at most 390 in all");
    }
  }
}
