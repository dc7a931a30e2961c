package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.run.RunFolder;
import org.maejava.proto.UnreadableImage;

/** Small images, and beside them files that no heap of 512 MB can hold. */
@DisplayName("In a heap of 512 MB")
class LargeFilesIT {

  private static final int SIDE = 9_999;

  private static final String SMALL =
      "model { encoder { width: 16 depth: 1 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 2 batch_size: 4 warmup_epochs: 1 }"
          + " data { max_unreadable_share: 0.5 }";

  @TempDir private static Path folder;

  private static Path photos;

  @BeforeAll
  static void writesLargeFiles() throws IOException {
    photos = TestImages.labelled(folder.resolve("photos"), 6);
    var train = photos.resolve("train/lying");
    try (var file =
        FileChannel.open(
            train.resolve("three-gigabytes.jpg"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(Files.readAllBytes(train.resolve("000.jpg"))));
      file.write(ByteBuffer.allocate(1), 3L << 30);
    }
    var grey = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    ImageIO.write(grey, "png", train.resolve("huge.png").toFile());
    ImageIO.write(grey, "jpg", train.resolve("huge.jpg").toFile());
  }

  private static MaeProcess start(String... words) throws IOException {
    return MaeProcess.start(
        folder.resolve(words[0] + ".txt"), List.of(), List.of("-Xmx512m"), List.of(words));
  }

  @Test
  void aLookAtTheDataNamesThemAllAndEnds() throws Exception {
    var process = start("data", "verify", photos.toString());
    assertThat(process.status()).as(process.output()).isEqualTo(1);
    assertThat(process.output())
        .doesNotContain("OutOfMemoryError")
        .contains("three-gigabytes.jpg")
        .contains("the file has 3221225473 bytes; at most")
        .contains("huge.png")
        .contains("huge.jpg")
        .containsPattern("decoding its 9999 x 9999 pixels takes about \\d+ MB");
  }

  @Test
  void aTrainingGoesOnWithoutWhatDoesNotFit() throws Exception {
    var out = folder.resolve("run");
    var process =
        start(
            "pretrain",
            "--data=" + photos,
            "--recipe=tiny-64",
            "--set",
            SMALL,
            "--threads=2",
            "--out=" + out);
    assertThat(process.status()).as(process.output()).isZero();
    var record = new RunFolder(out).record();
    assertThat(record.getSteps()).isEqualTo(record.getTotalSteps());
    assertThat(record.getUnreadableList())
        .extracting(UnreadableImage::getName)
        .anyMatch(name -> name.endsWith("three-gigabytes.jpg"))
        .anyMatch(name -> name.endsWith("huge.png"));
  }
}
