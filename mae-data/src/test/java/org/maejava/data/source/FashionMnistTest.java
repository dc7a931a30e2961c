package org.maejava.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.hash.Hashing;
import com.google.common.io.Resources;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FashionMnistTest {

  @Test
  void theFilesAreTheOnesThatWereCut() throws IOException {
    var sums = Resources.readLines(resource("SHA256SUMS"), StandardCharsets.UTF_8);
    assertThat(sums).hasSize(4);
    for (var line : sums) {
      var parts = Splitter.on("  ").splitToList(line);
      var sum = Resources.asByteSource(resource(parts.get(1))).hash(Hashing.sha256());
      assertThat(sum).as(parts.get(1)).hasToString(parts.get(0));
    }
  }

  @Test
  void itHasTenThousandAndTwoThousandImagesOfTenClasses() {
    var training = FashionMnist.training();
    var evaluation = FashionMnist.evaluation();
    assertThat(training.size()).isEqualTo(10_000);
    assertThat(evaluation.size()).isEqualTo(2_000);
    assertThat(training.classes()).hasSize(10).isEqualTo(evaluation.classes());
    assertThat(training.digest()).isNotEqualTo(evaluation.digest());
    assertThat(training.about()).contains("Fashion-MNIST", "Zalando", "10,000 training");
    var image = ((Example.Raw) training.get(0)).image();
    assertThat(image.height()).isEqualTo(28);
    assertThat(image.width()).isEqualTo(28);
  }

  @Test
  void theFirstImagesAreTheDataSetsOwn() {
    // The labels with which the published training and test files begin.
    int[] training = {9, 0, 0, 3, 0, 2, 7, 2, 5, 5};
    int[] evaluation = {9, 2, 1, 1, 6, 1, 4, 6, 5, 7};
    for (int i = 0; i < 10; i++) {
      assertThat(FashionMnist.training().label(i)).isEqualTo(training[i]);
      assertThat(FashionMnist.evaluation().label(i)).isEqualTo(evaluation[i]);
    }
  }

  @Test
  void theLicenceAndTheCutAreBesideIt() throws IOException {
    assertThat(Resources.toString(resource("LICENSE"), StandardCharsets.UTF_8))
        .contains("MIT", "Zalando SE");
    assertThat(Resources.toString(resource("README.md"), StandardCharsets.UTF_8))
        .contains("dataset-fashion-mnist", "head -c");
  }

  private static URL resource(String name) {
    return Resources.getResource(FashionMnist.class, "/org/maejava/data/fashion-mnist/" + name);
  }
}
