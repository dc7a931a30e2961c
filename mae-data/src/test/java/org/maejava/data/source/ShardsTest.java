package org.maejava.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.Pictures;
import org.maejava.data.proto.TfExample;
import org.maejava.data.spec.ImageSet;

@DisplayName("Shards")
class ShardsTest {

  private static final IndexCache NONE = IndexCache.none();

  @TempDir private Path folder;

  private static byte[] picture(int seed) {
    return Pictures.jpeg(20, 16, seed);
  }

  private static byte[] bytes(Source source, int index) throws IOException {
    return ((Example.Encoded) source.get(index)).bytes().read();
  }

  private static List<String> names(Source source) {
    return IntStream.range(0, source.size()).mapToObj(i -> source.get(i).name()).toList();
  }

  private static List<Integer> labels(Source source) {
    return IntStream.range(0, source.size()).mapToObj(source::label).toList();
  }

  private ImageSet open(String spec) {
    return ImageSet.open(folder + spec, NONE);
  }

  private static TfExample imageNet(int number, String synset, int seed) {
    return ShardFiles.example(
        Map.of(
            "image/encoded",
            picture(seed),
            "image/class/label",
            number,
            "image/class/synset",
            synset,
            "image/filename",
            "picture" + seed + ".JPEG"));
  }

  private static TfExample tfds(int label, int seed) {
    return ShardFiles.example(
        Map.of("image", picture(seed), "label", label, "file_name", seed + ".jpg"));
  }

  @Test
  void ofImageNetsScriptsAreReadWithTheirSynsetsAsClasses() throws IOException {
    ShardFiles.tfRecord(
        folder.resolve("train-00000-of-00002"),
        List.of(imageNet(2, "n02", 1), imageNet(1, "n01", 2)));
    ShardFiles.tfRecord(folder.resolve("train-00001-of-00002"), List.of(imageNet(3, "n03", 3)));
    ShardFiles.tfRecord(
        folder.resolve("validation-00000-of-00001"), List.of(imageNet(3, "n03", 4)));
    var data = open("");
    assertThat(data.training().classes()).containsExactly("n01", "n02", "n03");
    assertThat(labels(data.training())).containsExactly(1, 0, 2);
    assertThat(names(data.training()))
        .containsExactly("picture1.JPEG", "picture2.JPEG", "picture3.JPEG");
    assertThat(bytes(data.training(), 2)).isEqualTo(picture(3));
    assertThat(labels(data.evaluation())).containsExactly(2);
    assertThat(data.requireLabelled().describe().getTrainingPerClassList())
        .containsExactly(1, 1, 1);
  }

  @Test
  void ofTensorFlowDatasetsAreReadWithNumbersAsClassesOrTheNamesThatAreGiven() throws IOException {
    ShardFiles.tfRecord(
        folder.resolve("flowers-train.tfrecord-00000-of-00001"), List.of(tfds(2, 1), tfds(0, 2)));
    ShardFiles.tfRecord(
        folder.resolve("flowers-test.tfrecord-00000-of-00001"), List.of(tfds(1, 3)));
    var data = open("");
    assertThat(data.training().classes()).containsExactly("0", "1", "2");
    assertThat(labels(data.training())).containsExactly(2, 0);
    assertThat(labels(data.evaluation())).containsExactly(1);
    assertThat(bytes(data.evaluation(), 0)).isEqualTo(picture(3));

    var names = Files.writeString(folder.resolve("names.txt"), "rose\ntulip\n\n# comment\ndaisy\n");
    var named = open("?classes=" + names);
    assertThat(named.training().classes()).containsExactly("rose", "tulip", "daisy");
    assertThat(named.evaluation().classes()).containsExactly("rose", "tulip", "daisy");
    Files.writeString(names, "rose\ntulip");
    assertThatThrownBy(() -> open("?classes=" + names))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("numbered from 0 to 2; they must be from 0 to 1");
  }

  @Test
  void thatAreDamagedLoseOneImageAndGoOn() throws IOException {
    var shard =
        ShardFiles.tfRecord(
            folder.resolve("a.tfrecord"), List.of(tfds(0, 1), tfds(1, 2), tfds(0, 3)));
    var bytes = Files.readAllBytes(shard);
    int first = 12 + tfds(0, 1).getSerializedSize() + 4;
    bytes[first + 40] ^= 1; // in the second record's data
    Files.write(shard, bytes);
    var source = open("/a.tfrecord").training();
    assertThat(source.size()).isEqualTo(3);
    assertThat(source.get(1).name()).isEqualTo("a.tfrecord@" + first);
    assertThat(source.label(1)).isEqualTo(Example.UNLABELLED);
    assertThatThrownBy(() -> bytes(source, 1)).hasMessageContaining("data's checksum is wrong");
    assertThat(bytes(source, 2)).isEqualTo(picture(3));

    bytes[first] ^= 1; // in the second record's length
    Files.write(shard, bytes);
    var cut = open("/a.tfrecord").training();
    assertThat(cut.size()).isEqualTo(3);
    assertThat(bytes(cut, 1)).isEqualTo(picture(3));
    assertThatThrownBy(() -> bytes(cut, 2)).hasMessageContaining("length's checksum is wrong");

    Files.write(shard, Arrays.copyOf(bytes, first - 2));
    assertThatThrownBy(() -> bytes(open("/a.tfrecord").training(), 0))
        .hasMessageContaining("more than the file has");
  }

  @Test
  void thatHoldNoImagesSayWhatTheyHold() {
    ShardFiles.tfRecord(
        folder.resolve("a.tfrecord"), List.of(ShardFiles.example(Map.of("text", "hello"))));
    assertThatThrownBy(() -> bytes(open("/a.tfrecord").training(), 0))
        .hasMessageContaining("it has no image")
        .hasMessageContaining("[text]");
  }

  @Test
  void ofWebDatasetPairImagesWithTheirClasses() throws IOException {
    ShardFiles.tar(
        folder.resolve("train-000000.tar"),
        ShardFiles.entries(
            "0001.jpg", picture(1),
            "0001.cls", "7\n",
            "sub/0002.cls", "3",
            "sub/0002.png", picture(2),
            "0003.txt", "a caption alone"));
    ShardFiles.tar(
        folder.resolve("train-000001.tar"),
        ShardFiles.entries(
            "0004.json",
            "{\"label\": 5, \"caption\": \"a fish\"}",
            "0004.seg.jpg",
            picture(4),
            "a".repeat(150) + "/0005.JPG",
            picture(5),
            "a".repeat(150) + "/0005.cls",
            "0"));
    var source = open("/train-{000000..000001}.tar").training();
    assertThat(labels(source)).containsExactly(7, 3, 5, 0);
    assertThat(source.classes()).hasSize(8);
    assertThat(names(source).get(1)).isEqualTo("train-000000.tar/sub/0002.png");
    for (int i = 0; i < 4; i++) {
      assertThat(bytes(source, i)).isEqualTo(picture(List.of(1, 2, 4, 5).get(i)));
    }
    assertThat(open("/train-*.tar").training().size()).isEqualTo(4);
    assertThat(open("/train-00000{0..1}.tar").training().size()).isEqualTo(4);
    assertThatThrownBy(() -> open("/train-{000001..000009}.tar"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("8 shards of")
        .hasMessageContaining("missing: train-000002.tar, train-000003.tar");
    assertThatThrownBy(() -> open("/train-{9..1}.tar")).hasMessageContaining("it must rise");
    assertThatThrownBy(() -> open("/val-{000000..000009}.tar"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no file matches");
    assertThat(open("/train-*.tar?first=0").training().digest())
        .isEqualTo(open("/train-*.tar").training().digest());
  }

  /** The bounds have different numbers of digits, so numbers are written without zeros. */
  @Test
  void ofARangeAreCountedByNumber() {
    for (int i = 8; i <= 12; i++) {
      ShardFiles.tar(folder.resolve("s-" + i + ".tar"), ShardFiles.entries(i + ".jpg", picture(i)));
    }
    assertThat(open("/s-{8..12}.tar").training().size()).isEqualTo(5);
    assertThat(open("/s-{8..9}.tar").training().size()).isEqualTo(2);
  }

  /** As TensorFlow Datasets marks the images of unlabelled halves. */
  @Test
  void thatSayMinusOneHaveNoClass() {
    ShardFiles.tfRecord(folder.resolve("a.tfrecord"), List.of(tfds(-1, 1), tfds(-1, 2)));
    var source = open("/a.tfrecord").training();
    assertThat(source.classes()).isEmpty();
    assertThat(labels(source)).containsExactly(Example.UNLABELLED, Example.UNLABELLED);
  }

  /** Cut off anywhere, as by a crash: the shard is looked through again. */
  @Test
  void areNotTakenFromADamagedIndex() throws IOException {
    var cache = IndexCache.in(folder.resolve("cache"));
    var shard = ShardFiles.tfRecord(folder.resolve("a.tfrecord"), List.of(tfds(0, 1), tfds(1, 2)));
    Files.setLastModifiedTime(shard, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    ImageSet.open(shard.toString(), cache);
    Path index;
    try (var files = Files.list(folder.resolve("cache"))) {
      index = files.findFirst().orElseThrow();
    }
    var whole = Files.readAllBytes(index);
    for (int length = 0; length < whole.length; length++) {
      Files.write(index, Arrays.copyOf(whole, length));
      var source = ImageSet.open(shard.toString(), cache).training();
      assertThat(labels(source)).as("cut to %s bytes", length).containsExactly(0, 1);
    }
  }

  @Test
  void withoutClassesAreEnoughToPreTrain() {
    ShardFiles.tar(folder.resolve("a.tar"), ShardFiles.entries("1.jpg", picture(1)));
    var source = open("/a.tar").training();
    assertThat(source.classes()).isEmpty();
    assertThat(source.label(0)).isEqualTo(Example.UNLABELLED);
  }

  /**
   * A shard's contents are changed and its time stamp reset: the labels must come from the index.
   */
  @Test
  void areLookedThroughOnceAndAgainWhenTheyChange() throws IOException {
    var cache = IndexCache.in(folder.resolve("cache"));
    var shard = ShardFiles.tfRecord(folder.resolve("a.tfrecord"), List.of(tfds(0, 1), tfds(1, 2)));
    var then = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(shard, then);
    var spec = shard.toString();
    var first = ImageSet.open(spec, cache).training();
    var swapped =
        Files.readAllBytes(
            ShardFiles.tfRecord(folder.resolve("b"), List.of(tfds(1, 1), tfds(0, 2))));
    Files.write(shard, swapped);
    Files.setLastModifiedTime(shard, then);
    assertThat(labels(ImageSet.open(spec, cache).training())).isEqualTo(labels(first));
    assertThat(ImageSet.open(spec, cache).training().digest()).isEqualTo(first.digest());

    Files.setLastModifiedTime(shard, FileTime.from(Instant.parse("2020-01-02T00:00:00Z")));
    assertThat(labels(ImageSet.open(spec, cache).training())).containsExactly(1, 0);

    var kept = new ArrayList<Path>();
    try (var files = Files.list(folder.resolve("cache"))) {
      files.forEach(kept::add);
    }
    assertThat(kept).hasSize(1);
    Files.writeString(kept.get(0), "damaged");
    assertThat(labels(ImageSet.open(spec, cache).training())).containsExactly(1, 0);
  }

  @Test
  void areReadWhereNoIndexCanBeKept() throws IOException {
    ShardFiles.tfRecord(folder.resolve("a.tfrecord"), List.of(tfds(0, 1)));
    var inTheWay = Files.writeString(folder.resolve("file"), "");
    var cache = IndexCache.in(inTheWay.resolve("cache"));
    assertThat(ImageSet.open(folder + "/a.tfrecord", cache).training().size()).isEqualTo(1);
  }
}
