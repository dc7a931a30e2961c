package org.maejava.data.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.maejava.data.Pictures;
import org.maejava.data.source.DataException;
import org.maejava.data.source.IndexCache;
import org.maejava.data.source.ShardWriter;
import org.maejava.data.spec.ImageSet;
import org.maejava.proto.UnreadableImage;

@DisplayName("A conversion to shards")
class ConversionTest {

  @TempDir private Path folder;

  private Path photos(int count) {
    for (int i = 0; i < count; i++) {
      Pictures.write(folder.resolve("photos/" + i + ".jpg"), Pictures.jpeg(20, 16, i));
    }
    return folder.resolve("photos");
  }

  private static ImageSet open(Path path) {
    return ImageSet.open(path.toString(), IndexCache.none());
  }

  private Path shards() {
    return folder.resolve("shards");
  }

  private List<UnreadableImage> converted(ShardWriter.Format format) throws IOException {
    return new Conversion(open(folder.resolve("photos")), format, 2, shards(), done -> {}).run();
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(shards())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void thatWasKilledLeavesPartialFilesThatAreNoShardsAndNotInTheWay(ShardWriter.Format format)
      throws IOException {
    photos(5);
    converted(format);
    var whole = names();
    var ending = format.name().toLowerCase(Locale.ROOT);
    var last = shards().resolve("train-00002-of-00003." + ending);
    var bytes = Files.readAllBytes(last);
    Files.delete(last);
    Files.writeString(shards().resolve(".train-00002-of-00003." + ending + ".partial"), "half");
    assertThatThrownBy(() -> open(shards()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("are not there: train-00002-of-00003." + ending);

    assertThat(converted(format)).isEmpty();
    assertThat(Files.readAllBytes(last)).isEqualTo(bytes);
    assertThat(names()).isEqualTo(whole);
  }

  @Test
  void thatWasKilledAtItsFirstFileBeginsAgain() throws IOException {
    photos(2);
    Pictures.write(shards().resolve(".conversion.txt.partial"), new byte[3]);
    converted(ShardWriter.Format.TAR);
    assertThat(names()).containsExactly("conversion.txt", "train-00000-of-00001.tar");
  }

  @Test
  void leavesAFolderOfOtherFilesAlone() throws IOException {
    photos(2);
    Pictures.write(shards().resolve("notes.txt"), new byte[3]);
    assertThatThrownBy(() -> converted(ShardWriter.Format.TAR))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is not empty");
    assertThat(names()).containsExactly("notes.txt");
  }

  @Test
  void leavesOutAFileThatIsTooLargeAndSaysWhy() throws IOException {
    OversizedFile.at(photos(2).resolve("large.jpg"));
    assertThat(converted(ShardWriter.Format.TFRECORD))
        .singleElement()
        .satisfies(
            image -> {
              assertThat(image.getName()).isEqualTo("photos/large.jpg");
              assertThat(image.getReason()).isEqualTo(OversizedFile.REASON);
            });
    assertThat(open(shards()).training().size()).isEqualTo(2);
  }
}
