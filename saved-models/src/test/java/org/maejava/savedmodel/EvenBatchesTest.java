package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Batches filled up to multiples of eight")
class EvenBatchesTest {

  @Test
  void giveAnImageTheSameBitsInAnyCompany(@TempDir Path parent) throws IOException {
    Path folder;
    try (var graph = TinyExport.classifier()) {
      folder =
          SavedModelWriter.write(graph, TinyExport.classifierRecord(), parent.resolve("model"));
    }
    var images = List.of(TinyExport.pixels(32));
    try (var model = SavedModel.open(folder)) {
      var together = features(model, images);
      for (int size : new int[] {1, 2, 3, 5, 8, 11, 31}) {
        var alone = features(model, images.subList(32 - size, 32));
        assertThat(alone).as(size + " images").isEqualTo(together.subList(32 - size, 32));
      }
    }
  }

  /** As bits. */
  private static List<List<Integer>> features(SavedModel model, List<float[]> images) {
    return EvenBatches.answers(images, rows -> List.of(model.features(rows))).stream()
        .map(row -> bits(row))
        .toList();
  }

  private static List<Integer> bits(float[] row) {
    var bits = new Integer[row.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(row[i]));
    return List.of(bits);
  }

  @Test
  void askNothingAboutNothing() {
    assertThat(
            EvenBatches.answers(
                List.of(),
                rows -> {
                  throw new AssertionError(rows.length);
                }))
        .isEmpty();
  }
}
