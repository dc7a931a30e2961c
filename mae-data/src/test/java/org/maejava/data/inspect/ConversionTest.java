package org.maejava.data.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.maejava.storage.Deletion;

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
        .hasMessageContaining("missing: train-00002-of-00003." + ending);

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

  @Test
  void thatWasStoppedTellsInTheEndWhatItLeftOutBefore() throws IOException {
    photos(6);
    Pictures.write(folder.resolve("photos/1.jpg"), "no image".getBytes(UTF_8));
    var whole = converted(ShardWriter.Format.TAR);
    assertThat(whole).singleElement().satisfies(bad -> assertThat(bad.getName()).endsWith("1.jpg"));
    Files.delete(shards().resolve("train-00002-of-00003.tar"));
    assertThat(converted(ShardWriter.Format.TAR)).isEqualTo(whole);
    // A shard that is written again is looked at again.
    Files.delete(shards().resolve("train-00000-of-00003.tar"));
    Pictures.write(folder.resolve("photos/1.jpg"), Pictures.jpeg(20, 16, 1));
    Files.setLastModifiedTime(
        folder.resolve("photos/1.jpg"), Files.getLastModifiedTime(folder.resolve("photos/0.jpg")));
    Files.writeString(shards().resolve("conversion.txt"), identity());
    assertThat(converted(ShardWriter.Format.TAR)).isEmpty();
  }

  private void removeShards() {
    try {
      Deletion.of(shards());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String identity() {
    return "tar shards of 2 images each\nof the data %s\n"
        .formatted(open(folder.resolve("photos")).describe().getDigest());
  }

  @Test
  void whoseFolderIsRemovedMeanwhileDoesNotEndAsIfAllWereThere() throws IOException {
    photos(6);
    var conversion =
        new Conversion(
            open(folder.resolve("photos")),
            ShardWriter.Format.TAR,
            2,
            shards(),
            done -> {
              if (done == 2 && Files.exists(shards().resolve("train-00000-of-00003.tar"))) {
                removeShards();
              }
            });
    assertThatThrownBy(conversion::run)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(shards() + " lost what was written there");
  }
}
