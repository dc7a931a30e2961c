package org.maejava.data.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.Pictures;
import org.maejava.data.source.IndexCache;
import org.maejava.data.spec.ImageSet;

@DisplayName("A survey")
class SurveyTest {

  @TempDir private Path folder;

  @Test
  void namesAFileThatIsTooLargeAndSaysWhy() throws IOException {
    Pictures.write(folder.resolve("photos/0.jpg"), Pictures.jpeg(20, 16, 0));
    OversizedFile.at(folder.resolve("photos/large.jpg"));
    var data = ImageSet.open(folder.resolve("photos").toString(), IndexCache.none());
    var survey = new Survey(1, opened -> {}).of(data);
    assertThat(Survey.isBad(survey)).isTrue();
    assertThat(survey.getTraining().getFormatsMap()).containsOnlyKeys("JPEG");
    assertThat(survey.getTraining().getUnreadableList())
        .singleElement()
        .satisfies(
            image -> {
              assertThat(image.getName()).isEqualTo("photos/large.jpg");
              assertThat(image.getReason()).isEqualTo(OversizedFile.REASON);
            });
  }
}
