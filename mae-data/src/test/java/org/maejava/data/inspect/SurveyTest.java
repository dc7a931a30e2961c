package org.maejava.data.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.Pictures;
import org.maejava.data.source.Example;
import org.maejava.data.source.IndexCache;
import org.maejava.data.source.ShardFiles;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;

@DisplayName("A survey")
class SurveyTest {

  @TempDir private Path folder;

  @Test
  void namesAnImageThatTheHeapCannotHold() {
    var large =
        new ByteSource() {
          @Override
          public InputStream openStream() {
            return new ByteArrayInputStream(read());
          }

          @Override
          public byte[] read() {
            return new byte[Integer.MAX_VALUE]; // more than any array of Java's has
          }
        };
    var source = new OneImage(new Example.Encoded("large.jpg", Example.UNLABELLED, large));
    var none = source.subset(new int[0]);
    var survey = new Survey(1, opened -> {}).of(new ImageSet("one", source, none));
    assertThat(survey.getTraining().getUnreadableList())
        .singleElement()
        .satisfies(
            image -> {
              assertThat(image.getName()).isEqualTo("large.jpg");
              assertThat(image.getReason()).contains("Java's heap of").contains("-Xmx");
            });
  }

  private record OneImage(Example image) implements Source {

    @Override
    public int size() {
      return 1;
    }

    @Override
    public Example get(int index) {
      return image;
    }

    @Override
    public int label(int index) {
      return image.label();
    }

    @Override
    public List<String> classes() {
      return List.of();
    }

    @Override
    public String about() {
      return "one image";
    }

    @Override
    public String digest() {
      return "";
    }
  }

  /** A tar has no checksum of its contents, and a JPEG none of its own. */
  @Test
  void namesAnImageOfATarInWhichABlockWasZeroed() throws IOException {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < 4; i++) {
      entries.put(i + ".jpg", Pictures.jpeg(200, 160, i));
    }
    var shard = ShardFiles.tar(folder.resolve("shards/a.tar"), entries);
    var data = ImageSet.open(shard.toString(), IndexCache.none());
    assertThat(new Survey(1, opened -> {}).of(data).getTraining().getZeroedList()).isEmpty();
    var bytes = Files.readAllBytes(shard);
    // The third block of the second image: each lies behind a header of one block.
    int second = 512 * (2 + (entries.get("0.jpg").length + 511) / 512);
    Arrays.fill(bytes, second + 1024, second + 1536, (byte) 0);
    Files.write(shard, bytes);
    var survey = new Survey(1, opened -> {}).of(ImageSet.open(shard.toString(), IndexCache.none()));
    assertThat(survey.getTraining().getUnreadableList()).isEmpty();
    assertThat(survey.getTraining().getZeroedList())
        .singleElement()
        .satisfies(name -> assertThat(name).endsWith("1.jpg"));
  }

  @Test
  void namesAFileThatIsTooLargeAndSaysWhy() throws IOException {
    Pictures.write(folder.resolve("photos/0.jpg"), Pictures.jpeg(20, 16, 0));
    OversizedFile.at(folder.resolve("photos/large.jpg"));
    var data = ImageSet.open(folder.resolve("photos").toString(), IndexCache.none());
    var survey = new Survey(1, opened -> {}).of(data);
    assertThat(Survey.problems(survey)).isNotEmpty();
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
