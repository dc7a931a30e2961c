package org.maejava.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Bytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.Pictures;
import org.maejava.data.inspect.Survey;
import org.maejava.data.proto.TfExample;
import org.maejava.data.spec.ImageSet;

/** Every image of a shard is read or counted among those that cannot be. */
@DisplayName("What is lost of shards")
class ShardLossesTest {

  private static final int BLOCK = 512;

  @TempDir private Path folder;

  private ImageSet open(String spec) {
    return ImageSet.open(folder + spec, IndexCache.none());
  }

  private static byte[] picture(int seed) {
    return Pictures.jpeg(20, 16, seed);
  }

  private static List<TfExample> examples(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> ShardFiles.example(Map.of("image", picture(i), "label", i % 2)))
        .toList();
  }

  /** {@code 0000.jpg, 0000.cls, 0001.jpg, …}. */
  private static Map<String, byte[]> samples(int from, int to) {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = from; i < to; i++) {
      var key = "%04d".formatted(i);
      entries.putAll(
          ShardFiles.entries(key + ".jpg", picture(i), key + ".cls", Integer.toString(i % 2)));
    }
    return entries;
  }

  private static List<String> readable(Source source) {
    var names = new ArrayList<String>();
    for (int i = 0; i < source.size(); i++) {
      if (!((Example.Encoded) source.get(i)).isLost()) {
        names.add(source.get(i).name());
      }
    }
    return names;
  }

  private static String reasons(Source source) {
    var reasons = new StringBuilder();
    for (int i = 0; i < source.size(); i++) {
      var example = (Example.Encoded) source.get(i);
      if (example.isLost()) {
        assertThatThrownBy(example::read)
            .satisfies(e -> reasons.append(example.name() + ": " + e.getMessage() + "\n"));
      }
    }
    return reasons.toString();
  }

  @Test
  void ofASetWhoseNumberIsInTheirNamesAreNamedIfTheyAreMissing() throws IOException {
    for (int i : new int[] {0, 2, 3}) {
      ShardFiles.tfRecord(folder.resolve("train-0000" + i + "-of-00004"), examples(2));
    }
    for (var spec : List.of("", "/train-*", "/train-*-of-00004", "/train-0000*-of-00004")) {
      assertThatThrownBy(() -> open(spec))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("1 shard beside")
          .hasMessageContaining("train-00001-of-00004");
    }
    assertThat(open("/train-0000{2..3}-of-00004").training().size()).isEqualTo(4);
    assertThat(open("/train-00003-of-00004").training().size()).isEqualTo(2);

    ShardFiles.tfRecord(folder.resolve("train-00001-of-00004"), examples(2));
    assertThat(open("").training().size()).isEqualTo(8);
    ShardFiles.tfRecord(folder.resolve("train-00000-of-00001"), examples(2));
    assertThatThrownBy(() -> open("")).hasMessageContaining("of 00001 and of 00004");
  }

  @Test
  void thatAreEmptyCountAsOneThatCannotBeRead() throws IOException {
    ShardFiles.tfRecord(folder.resolve("r/a.tfrecord"), examples(3));
    Files.createFile(folder.resolve("r/b.tfrecord"));
    assertThat(reasons(open("/r").training()))
        .isEqualTo("b.tfrecord: " + file("the shard is empty"));
    ShardFiles.tar(folder.resolve("t/a.tar"), samples(0, 3));
    ShardFiles.tar(folder.resolve("t/b.tar"), ShardFiles.entries("0001.txt", "a caption"));
    Files.createFile(folder.resolve("t/c.tar"));
    assertThat(reasons(open("/t").training()))
        .isEqualTo(
            "b.tar: " + file("the shard holds no images") + "c.tar: " + file("the shard is empty"));
    assertThat(Survey.problems(new Survey(1, done -> {}).of(open("/t")))).isNotEmpty();
  }

  private static String file(String reason) {
    return "the file cannot be read: " + reason + "\n";
  }

  /** A zeroed length: the next record is found by its own checksum. */
  @Test
  void behindADamagedLengthAreFoundAgain() throws IOException {
    var shard = ShardFiles.tfRecord(folder.resolve("a.tfrecord"), examples(10));
    var bytes = Files.readAllBytes(shard);
    Arrays.fill(bytes, 0, 12, (byte) 0);
    Files.write(shard, bytes);
    var source = open("/a.tfrecord").training();
    assertThat(source.size()).isEqualTo(10);
    assertThat(readable(source)).hasSize(9);
    assertThat(reasons(source)).contains("length's checksum is wrong");
  }

  /** What is cut off is estimated from what is left of it: all of a long stretch of zeros. */
  @Test
  void countAsManyImagesAsTheirBytesWouldHold() throws IOException {
    var whole = ShardFiles.tfRecord(folder.resolve("whole.tfrecord"), examples(40));
    var bytes = Files.readAllBytes(whole);
    int half = bytes.length / 2;
    Arrays.fill(bytes, half, bytes.length, (byte) 0);
    Files.write(folder.resolve("a.tfrecord"), bytes);
    var source = open("/a.tfrecord").training();
    assertThat(readable(source).size()).isBetween(18, 20);
    assertThat(source.size()).isBetween(38, 42);
    assertThat(reasons(source)).contains("the rest of the shard is lost").contains("of about 2");

    var tar = Files.readAllBytes(ShardFiles.tar(folder.resolve("whole.tar"), samples(0, 40)));
    Arrays.fill(tar, tar.length / 4, tar.length / 2, (byte) 0xaa);
    Files.write(folder.resolve("a.tar"), tar);
    var samples = open("/a.tar").training();
    assertThat(readable(samples).size()).isBetween(28, 32);
    assertThat(samples.size()).isBetween(38, 42);
  }

  /**
   * Wherever a block is zeroed: its image is lost, or the one whose contents it was in reads on.
   */
  @Test
  void byAZeroedBlockAnywhereInATarAreCounted() throws IOException {
    var whole = Files.readAllBytes(ShardFiles.tar(folder.resolve("whole.tar"), samples(0, 5)));
    var names = readable(open("/whole.tar").training());
    assertThat(names).hasSize(5);
    int used = whole.length;
    while (whole[used - 1] == 0) {
      used--;
    }
    for (int at = 0; at < used; at += BLOCK) {
      var bytes = whole.clone();
      Arrays.fill(bytes, at, at + BLOCK, (byte) 0);
      Files.write(folder.resolve("a.tar"), bytes);
      var data = open("/a.tar");
      int missing = 5 - readable(data.training()).size();
      int reported = data.training().size() - 5 + missing;
      assertThat(reported).as("block at %s", at).isGreaterThanOrEqualTo(missing);
      boolean header = isHeader(whole, at);
      if (header) {
        assertThat(missing + reported + ImageSet.unlabelled(data.training()).size())
            .as("header at %s", at)
            .isPositive();
        assertThat(Survey.problems(new Survey(1, done -> {}).of(data))).isNotEmpty();
      }
    }
  }

  private static boolean isHeader(byte[] tar, int at) {
    return new String(tar, at + 257, 5, java.nio.charset.StandardCharsets.ISO_8859_1)
        .equals("ustar");
  }

  /** At every length: truncated tars are looked through, and do not hide other shards. */
  @Test
  void ofATruncatedTarAreCountedWhereverItIsCut() throws IOException {
    var whole = Files.readAllBytes(ShardFiles.tar(folder.resolve("t/b.tar"), samples(0, 4)));
    ShardFiles.tar(folder.resolve("t/c.tar"), samples(4, 6));
    for (int length = 1; length < whole.length - 2 * BLOCK; length += 173) {
      Files.write(folder.resolve("t/b.tar"), Arrays.copyOf(whole, length));
      var data = open("/t");
      assertThat(readable(data.training())).contains("c.tar/0004.jpg", "c.tar/0005.jpg");
      assertThat(reasons(data.training())).as("cut to %s", length).contains("b.tar@");
    }
    int member = 2 * BLOCK + padded(picture(0).length); // 0000.jpg, then the header of 0000.cls
    Files.write(folder.resolve("t/b.tar"), Arrays.copyOf(whole, member - BLOCK));
    assertThat(reasons(open("/t").training())).contains("the archive has no end");
  }

  private static int padded(int size) {
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  @Test
  void behindTheEndOfATarThatAnotherWasAppendedToAreRead() throws IOException {
    var first = Files.readAllBytes(ShardFiles.tar(folder.resolve("x/a.tar"), samples(0, 3)));
    var second = Files.readAllBytes(ShardFiles.tar(folder.resolve("x/b.tar"), samples(3, 5)));
    Files.write(folder.resolve("a.tar"), Bytes.concat(first, second));
    var padded = Arrays.copyOf(first, (first.length + 10_239) / 10_240 * 10_240);
    Files.write(folder.resolve("b.tar"), Bytes.concat(padded, second));
    for (var shard : List.of("/a.tar", "/b.tar")) {
      var source = open(shard).training();
      assertThat(readable(source)).hasSize(5);
      assertThat(reasons(source)).isEmpty();
      assertThat(ImageSet.unlabelled(source)).isEmpty();
    }
  }

  @Test
  void underAKeyThatIsThereTwiceAreBothRead() throws IOException {
    var first = Files.readAllBytes(ShardFiles.tar(folder.resolve("x/a.tar"), samples(0, 2)));
    Files.write(folder.resolve("a.tar"), Bytes.concat(first, first));
    var source = open("/a.tar").training();
    assertThat(readable(source))
        .containsExactly("a.tar/0000.jpg", "a.tar/0001.jpg", "a.tar/0000.jpg", "a.tar/0001.jpg");
    assertThat(IntStream.range(0, 4).map(source::label)).containsExactly(0, 1, 0, 1);
  }

  @Test
  void underKeysWithDotsAreSaidToShareTheirKey() {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < 4; i++) {
      entries.put("v1.5_000" + i + ".jpg", picture(i));
    }
    ShardFiles.tar(folder.resolve("a.tar"), entries);
    var source = open("/a.tar").training();
    assertThat(readable(source)).containsExactly("a.tar/v1.5_0000.jpg");
    assertThat(source.size()).isEqualTo(4);
    assertThat(reasons(source))
        .contains("a.tar/v1.5_0003.jpg")
        .contains("the sample of v1.5_0000.jpg: WebDataset's key ends at the first dot");
  }

  /** Several images of one sample, under the same names in all, are what WebDataset means. */
  /** The second name of a file that has two is a hard link to the first; tar packs it as such. */
  @Test
  void thatAreLinksInATarAreReadOrNamed() throws Exception {
    var first = Files.write(folder.resolve("1.jpg"), Pictures.jpeg(20, 20, 1));
    Files.createLink(folder.resolve("2.jpg"), first);
    Files.createSymbolicLink(folder.resolve("3.jpg"), first);
    Files.writeString(folder.resolve("1.cls"), "0");
    Files.createLink(folder.resolve("2.cls"), folder.resolve("1.cls"));
    assertThat(new ProcessBuilder("mkfifo", folder.resolve("4.jpg").toString()).start().waitFor())
        .isZero();
    var command =
        List.of("tar", "cf", "a.tar", "1.jpg", "1.cls", "2.jpg", "2.cls", "3.jpg", "4.jpg");
    assertThat(new ProcessBuilder(command).directory(folder.toFile()).start().waitFor()).isZero();

    var source = open("/a.tar").training();

    assertThat(readable(source)).containsExactlyInAnyOrder("a.tar/1.jpg", "a.tar/2.jpg");
    for (int i = 0; i < source.size(); i++) {
      if (source.get(i).name().endsWith("2.jpg")) {
        assertThat(((Example.Encoded) source.get(i)).read()).isEqualTo(Files.readAllBytes(first));
        assertThat(source.get(i).label()).isZero();
      }
    }
    assertThat(reasons(source))
        .contains("a.tar/3.jpg: the file cannot be read: the archive has a link to " + first)
        .contains("a.tar/4.jpg: the file cannot be read: it is a member of type 6, no file");
  }

  /**
   * Of these the archive has pieces without the zeros between: read as they lie, a wrong picture.
   */
  @Test
  void thatAreSparseInATarAreNamed() throws Exception {
    try (var sparse = new RandomAccessFile(folder.resolve("1.bmp").toFile(), "rw")) {
      sparse.setLength(1 << 20);
      sparse.seek(1 << 19);
      sparse.write(1);
    }
    Files.write(folder.resolve("2.jpg"), Pictures.jpeg(20, 20, 1));
    for (var format : List.of("gnu", "pax")) {
      var command = List.of("tar", "cSf", format + ".tar", "--format=" + format, "1.bmp", "2.jpg");
      assertThat(new ProcessBuilder(command).directory(folder.toFile()).start().waitFor()).isZero();
      var source = open("/" + format + ".tar").training();
      assertThat(readable(source)).containsExactly(format + ".tar/2.jpg");
      assertThat(reasons(source)).contains("1.bmp").contains("a sparse member");
    }
  }

  @Test
  void areNotTheOtherViewsOfASample() {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < 4; i++) {
      entries.put(i + ".left.jpg", picture(i));
      entries.put(i + ".right.jpg", picture(10 + i));
    }
    ShardFiles.tar(folder.resolve("a.tar"), entries);
    assertThat(open("/a.tar").training().size()).isEqualTo(4);
  }

  @Test
  void areLabelsIfOneSampleHasNone() {
    var entries = samples(0, 6);
    entries.remove("0003.cls");
    ShardFiles.tar(folder.resolve("a.tar"), entries);
    var data = open("/a.tar?val=1");
    assertThatThrownBy(data::requireLabelled)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("have no class where others have one, such as a.tar/0003.jpg");
    var survey = new Survey(1, done -> {}).of(open("/a.tar"));
    assertThat(survey.getTraining().getUnlabelledList()).containsExactly("a.tar/0003.jpg");
    assertThat(Survey.problems(survey)).isNotEmpty();
  }

  @Test
  void areNotLabelsInTextsOrFolders() {
    ShardFiles.tar(
        folder.resolve("text.tar"),
        ShardFiles.entries(
            "1.jpg", picture(1), "1.txt", "cat\n", "2.jpg", picture(2), "2.txt", "dog"));
    assertThat(open("/text.tar").training().classes()).containsExactly("cat", "dog");
    ShardFiles.tar(
        folder.resolve("folders.tar"),
        ShardFiles.entries(
            "all/cat/1.jpg",
            picture(1),
            "all/cat/a/2.jpg",
            picture(2),
            "all/dog/1.jpg",
            picture(3)));
    var folders = open("/folders.tar").training();
    assertThat(folders.classes()).containsExactly("cat", "dog");
    assertThat(IntStream.range(0, 3).map(folders::label)).containsExactly(0, 0, 1);
    ShardFiles.tar(
        folder.resolve("captions.tar"),
        ShardFiles.entries("1.jpg", picture(1), "1.txt", "a cat", "2.jpg", picture(2)));
    var captions = open("/captions.tar");
    assertThat(captions.training().classes()).isEmpty();
    assertThatThrownBy(captions::requireLabelled).hasMessageContaining("no labels");
  }

  @Test
  void areAllShardsThatCannotBeOpened() throws IOException {
    ShardFiles.tar(folder.resolve("a.tar"), samples(0, 2));
    var gone = List.of(folder.resolve("a.tar"), folder.resolve("b.tar"), folder.resolve("c.tar"));
    assertThatThrownBy(() -> TarShards.of(gone, List.of(), 0, IndexCache.none()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("b.tar")
        .hasMessageContaining("c.tar");
  }
}
