package org.maejava.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.source.DataException;
import org.maejava.data.source.ImageFolder;
import org.maejava.data.source.Source;
import org.maejava.model.Presets;
import org.maejava.proto.CenterCrop;
import org.maejava.proto.DataConfig;
import org.maejava.proto.Preset;
import org.maejava.proto.UnreadableImage;
import org.maejava.train.Batch;

@DisplayName("Among images that cannot be read,")
class UnreadableImagesTest {

  private static final byte[] NO_IMAGE = "no image".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  private static DataPlan plan(double unreadableShare) {
    var data =
        DataConfig.newBuilder()
            .addAllMean(List.of(0.5, 0.5, 0.5))
            .addAllStd(List.of(0.2, 0.2, 0.2))
            .setCenterCrop(CenterCrop.getDefaultInstance())
            .setFlipProbability(0)
            .setEvalCropFraction(1)
            .setMaxUnreadableShare(unreadableShare)
            .build();
    return new DataPlan(data, Presets.of(Preset.SMALL_32_4), 1, 2);
  }

  @Test
  void aBrokenImageOfAShareIsNamedByTheWholePlan() {
    var plan = plan(0.25);
    try (var cursor = plan.shard(0, 1).pretraining(photosWithBroken(19, 2), 4).open()) {
      for (int i = 0; i < 10; i++) {
        cursor.next().close();
      }
    }
    assertThat(plan.unreadable()).hasSize(2);
  }

  @Test
  void aBrokenImageIsSkippedAndNamedOnce() {
    var source = photosWithBroken(19, 2);
    var plan = plan(0.25);
    try (var cursor = plan.pretraining(source, 4).open()) {
      for (int i = 0; i < 10; i++) {
        cursor.next().close();
      }
    }
    assertThat(plan.unreadable()).hasSize(2);
    assertThat(plan.unreadable())
        .anySatisfy(
            image -> {
              assertThat(image.getName()).endsWith("a/broken0.jpg");
              assertThat(image.getReason()).contains("begins with \"no image\"");
            });
  }

  @Test
  void tooManyBrokenImagesStopTheRun() {
    var source = photosWithBroken(10, 6);
    try (var cursor = plan(0.25).evaluation(source, 4).open()) {
      assertThatThrownBy(() -> cursor.forEachRemaining(Batch::close))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("5 of 16 images cannot be read")
          .hasMessageContaining("data.max_unreadable_share 0.25")
          .hasMessageContaining("broken0.jpg (it is not a JPEG")
          .hasMessageContaining("repair or remove them");
    }
  }

  /** Two were met before the interruption; of 16 images 4 may be unreadable. */
  @Test
  void whatAnInterruptedRunCouldNotReadCountsOn() {
    var source = photosWithBroken(13, 3);
    var before = new ArrayList<UnreadableImage>();
    for (int i = 0; i < 2; i++) {
      before.add(UnreadableImage.newBuilder().setName("gone " + i).setReason("broken").build());
    }
    var plan = plan(0.25);
    plan.restore(source, before);
    try (var cursor = plan.evaluation(source, 4).open()) {
      assertThatThrownBy(() -> cursor.forEachRemaining(Batch::close))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("5 of 16 images cannot be read")
          .hasMessageContaining("gone 0 (broken)");
    }
    assertThat(plan.unreadable()).hasSize(5).startsWith(before.get(0), before.get(1));
  }

  @Test
  void whatAnotherWorkerCouldNotReadCountsToo() {
    var source = photosWithBroken(19, 1);
    var plan = plan(0.1);
    plan.add(source, List.of(unreadable("other-0.jpg"), unreadable("other-1.jpg")));
    assertThat(plan.unreadable(source)).extracting(UnreadableImage::getName).hasSize(2);
    assertThatThrownBy(() -> plan.add(source, List.of(unreadable("other-2.jpg"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 of 20 images cannot be read");
  }

  private static UnreadableImage unreadable(String name) {
    return UnreadableImage.newBuilder().setName(name).setReason("broken").build();
  }

  @Test
  void ifNoImageCanBeReadNoShareHelps() {
    var source = photosWithBroken(0, 3);
    try (var cursor = plan(1).pretraining(source, 2).open()) {
      assertThatThrownBy(cursor::next)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("not one of 3 images can be read");
    }
  }

  @Test
  void aMissingFileIsUnreadableLikeABrokenOne() throws IOException {
    var source = photosWithBroken(8, 0);
    Files.delete(folder.resolve("a/photo3.jpg"));
    var plan = plan(0.25);
    try (var cursor = plan.evaluation(source, 8).open();
        var batch = cursor.next()) {
      assertThat(batch.size()).isEqualTo(7);
    }
    assertThat(plan.unreadable().get(0).getReason()).contains("cannot be read");
  }

  private Source photosWithBroken(int good, int broken) {
    for (int i = 0; i < good; i++) {
      Pictures.write(folder.resolve("a/photo" + i + ".jpg"), Pictures.jpeg(40 + i, 50 - i, i));
    }
    for (int i = 0; i < broken; i++) {
      Pictures.write(folder.resolve("a/broken" + i + ".jpg"), NO_IMAGE);
    }
    return ImageFolder.of(folder);
  }
}
