package org.maejava.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.Pictures;
import org.maejava.data.proto.TfExample;
import org.maejava.data.spec.ImageSet;

@DisplayName("Compressed shards")
class CompressedShardsTest {

  private static final int COUNT = 30;

  @TempDir private Path folder;
  private Path records;
  private Path tar;

  private interface Compression {
    OutputStream to(OutputStream out) throws IOException;
  }

  @BeforeEach
  void write() {
    var entries = new LinkedHashMap<String, byte[]>();
    IntStream.range(0, COUNT)
        .forEach(i -> entries.put("%04d.jpg".formatted(i), Pictures.jpeg(20, 16, i)));
    tar = ShardFiles.tar(folder.resolve("plain/a.tar"), entries);
    List<TfExample> examples =
        IntStream.range(0, COUNT)
            .mapToObj(i -> ShardFiles.example(Map.of("image", Pictures.jpeg(20, 16, i))))
            .toList();
    records = ShardFiles.tfRecord(folder.resolve("plain/a.tfrecord"), examples);
  }

  private Path packed(Path plain, String name, Compression compression) throws IOException {
    var file = folder.resolve(name);
    try (var out = compression.to(Files.newOutputStream(file))) {
      Files.copy(plain, out);
    }
    return file;
  }

  private static void assertWhole(Source source) throws IOException {
    assertThat(source.size()).isEqualTo(COUNT);
    for (int i : new int[] {COUNT - 1, 0, 7}) {
      assertThat(((Example.Encoded) source.get(i)).bytes().read())
          .isEqualTo(Pictures.jpeg(20, 16, i));
    }
  }

  @Test
  void areReadAsThePlainOnes() throws IOException {
    var files =
        List.of(
            packed(tar, "a.tar.gz", GZIPOutputStream::new),
            packed(tar, "b.tgz", GZIPOutputStream::new),
            packed(tar, "a.tar.zst", ZstdCompressorOutputStream::new),
            packed(tar, "named-plainly.tar", GZIPOutputStream::new),
            packed(records, "a.tfrecord.gz", GZIPOutputStream::new),
            packed(records, "train-00000-of-00001.gz", GZIPOutputStream::new),
            packed(records, "b.tfrecord", DeflaterOutputStream::new));
    for (var file : files) {
      assertWhole(ImageSet.open(file.toString(), IndexCache.none()).training());
    }
  }

  @Test
  void areUnpackedOnceAndAgainWhenTheyChange() throws IOException {
    var cache = IndexCache.in(folder.resolve("cache"));
    var file = packed(tar, "a.tar.gz", GZIPOutputStream::new);
    var source = ImageSet.open(file.toString(), cache).training();
    assertWhole(source);
    var unpacked = unpacked();
    assertThat(unpacked).hasSize(1);
    var time = Files.getLastModifiedTime(unpacked.get(0));
    assertThat(ImageSet.open(file.toString(), cache).training().digest())
        .isEqualTo(source.digest());
    assertThat(Files.getLastModifiedTime(unpacked.get(0))).isEqualTo(time);

    ShardFiles.tar(tar, ShardFiles.entries("0.jpg", Pictures.jpeg(20, 16, 1)));
    packed(tar, "a.tar.gz", GZIPOutputStream::new);
    assertThat(ImageSet.open(file.toString(), cache).training().size()).isEqualTo(1);
    assertThat(unpacked()).hasSize(1).isNotEqualTo(unpacked);
  }

  private List<Path> unpacked() throws IOException {
    try (var files = Files.walk(folder.resolve("cache/unpacked"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  /** Half of a stream is read as far as it goes, and that it ends is told. */
  @Test
  void thatAreCutOffAreReadToTheCutAndTold() throws IOException {
    for (var plain : List.of(tar, records)) {
      var file = packed(plain, "x-" + plain.getFileName() + ".gz", GZIPOutputStream::new);
      var bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      var source = ImageSet.open(file.toString(), IndexCache.none()).training();
      long lost =
          IntStream.range(0, source.size())
              .filter(i -> ((Example.Encoded) source.get(i)).isLost())
              .count();
      assertThat(lost).as("of %s", plain).isPositive();
      assertThat(source.size() - lost).isBetween(COUNT / 4L, COUNT * 3L / 4);
    }
  }

  @Test
  void areNamedWhereThereIsNoPlaceToUnpackThem() throws IOException {
    var file = packed(tar, "a.tar.gz", GZIPOutputStream::new);
    var inTheWay = Files.writeString(folder.resolve("file"), "");
    var cache = IndexCache.in(inTheWay.resolve("cache"));
    assertThatThrownBy(() -> ImageSet.open(file.toString(), cache))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("cannot be unpacked")
        .hasMessageContaining(IndexCache.PROPERTY);
  }
}
