package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.io.Resources;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.data.RecipeText;
import org.maejava.proto.ImageShape;

/**
 * 20,000 boxes of each kind against as many that torchvision drew and, in a single draw, the
 * published linear probe.
 */
class RandomResizedCropTest {

  /**
   * Standard errors by which two samples of one distribution may differ; 5 happens once in a
   * million.
   */
  private static final double ERRORS = 5;

  static List<JsonObject> published() throws IOException {
    var url = Resources.getResource(RandomResizedCropTest.class, "random_resized_crop.json");
    var all =
        new Gson().fromJson(Resources.toString(url, StandardCharsets.UTF_8), JsonElement.class);
    return StreamSupport.stream(all.getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("published")
  void boxesAreDistributedAsThePublishedOnes(JsonObject golden) {
    int width = golden.get("width").getAsInt();
    int height = golden.get("height").getAsInt();
    var scale = golden.getAsJsonArray("scale");
    var ratio = golden.getAsJsonArray("ratio");
    var crop =
        crop(
            "min_area: %s max_area: %s min_aspect: %s max_aspect: %s %s"
                .formatted(
                    scale.get(0).getAsDouble(),
                    scale.get(1).getAsDouble(),
                    ratio.get(0).getAsDouble(),
                    ratio.get(1).getAsDouble(),
                    golden.get("kind").getAsString().equals("util.crop") ? "single_draw {}" : ""));
    int n = golden.get("n").getAsInt();
    var random = new SplittableRandom(1);
    var areas = new double[n];
    var aspects = new double[n];
    double heights = 0;
    double widths = 0;
    for (int i = 0; i < n; i++) {
      var box = crop.frame(height, width, random).box();
      assertThat(box.top() + box.height()).isLessThanOrEqualTo(height);
      assertThat(box.left() + box.width()).isLessThanOrEqualTo(width);
      areas[i] = box.shareOf(height, width);
      aspects[i] = Math.log((double) box.width() / box.height());
      heights += box.height();
      widths += box.width();
    }
    double error = ERRORS * Math.sqrt(2.0 / n);
    double areaStd = golden.get("std_area").getAsDouble();
    double aspectStd = golden.get("std_log_aspect").getAsDouble();
    assertThat(mean(areas))
        .isCloseTo(golden.get("mean_area").getAsDouble(), within(error * areaStd + 1e-9));
    assertThat(std(areas)).isCloseTo(areaStd, within(error * areaStd + 1e-9));
    assertThat(mean(aspects))
        .isCloseTo(golden.get("mean_log_aspect").getAsDouble(), within(error * aspectStd + 1e-9));
    assertThat(std(aspects)).isCloseTo(aspectStd, within(error * aspectStd + 1e-9));
    assertThat(heights / n)
        .isCloseTo(golden.get("mean_h").getAsDouble(), within(error * height / 3));
    assertThat(widths / n).isCloseTo(golden.get("mean_w").getAsDouble(), within(error * width / 3));
  }

  @Test
  void anImageOfOnePixelHasOneBox() {
    var crop = crop("min_area: 0.2 max_area: 1 min_aspect: 0.75 max_aspect: " + 4 / 3.0);
    var framing = crop.frame(1, 1, new SplittableRandom(1));
    assertThat(framing).isEqualTo(new Framing(new Box(0, 0, 1, 1), 32, 32, 0, 0));
  }

  @Test
  void aThinImageGetsItsLargestCentredBox() {
    var crop = crop("min_area: 0.9 max_area: 1 min_aspect: 0.75 max_aspect: " + 4 / 3.0);
    assertThat(crop.frame(10, 1000, new SplittableRandom(1)).box())
        .isEqualTo(new Box(0, 493, 10, 13));
    assertThat(crop.frame(1000, 10, new SplittableRandom(1)).box())
        .isEqualTo(new Box(493, 0, 13, 10));
  }

  @Test
  void impossibleSharesAreRefused() {
    assertThatThrownBy(() -> crop("max_area: 1 min_aspect: 0.75 max_aspect: 1.3"))
        .hasMessageContaining("area 0.0 to 1.0");
    assertThatThrownBy(() -> crop("min_area: 0.2 max_area: 1 min_aspect: 1.3 max_aspect: 0.75"))
        .hasMessageContaining("aspect 1.3 to 0.75");
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double std(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / values.length);
  }

  /** To 32 x 32. */
  static RandomResizedCrop crop(String recipe) {
    return new RandomResizedCrop(
        RecipeText.of(recipe, org.maejava.proto.RandomResizedCrop.class),
        ImageShape.newBuilder().setHeight(32).setWidth(32).build());
  }
}
