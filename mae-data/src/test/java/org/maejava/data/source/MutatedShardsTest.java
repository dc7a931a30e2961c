package org.maejava.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.data.Pictures;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.spec.ImageSet;
import org.maejava.random.Mutations;

/**
 * Of mutated shards every image is read or reported; how many, where their bytes are still there.
 */
@Tag("row")
class MutatedShardsTest {

  private static final int IMAGES = 20;

  @TempDir private Path folder;

  private static byte[] picture(int number) {
    return Pictures.jpeg(20, 16, number);
  }

  private byte[] shard(String ending) throws IOException {
    var file = folder.resolve("whole." + ending);
    if (ending.equals("tar")) {
      var entries = new LinkedHashMap<String, byte[]>();
      for (int i = 0; i < IMAGES; i++) {
        entries.put("%04d.jpg".formatted(i), picture(i));
        entries.put("%04d.cls".formatted(i), new byte[] {(byte) ('0' + i % 2)});
      }
      ShardFiles.tar(file, entries);
    } else {
      ShardFiles.tfRecord(
          file,
          IntStream.range(0, IMAGES)
              .mapToObj(i -> ShardFiles.example(Map.of("image", picture(i), "label", i % 2)))
              .toList());
    }
    return Files.readAllBytes(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "tfrecord"})
  void loseNothingThatIsNotReported(String ending) throws IOException {
    var whole = shard(ending);
    var originals =
        IntStream.range(0, IMAGES)
            .mapToObj(i -> new String(picture(i), java.nio.charset.StandardCharsets.ISO_8859_1))
            .collect(Collectors.toSet());
    var random = new SplittableRandom(13);
    int count = Mutations.count(1_000, 150);
    int refused = 0;
    int reported = 0;
    for (int i = 0; i < count; i++) {
      boolean cut = i % 5 == 0;
      var mutated = cut ? Mutations.cut(whole, random) : Mutations.changed(whole, random);
      var file = folder.resolve("mutated." + ending);
      Files.write(file, mutated);
      Source source;
      try {
        source = ImageSet.open(file.toString(), IndexCache.none()).training();
      } catch (DataException e) {
        assertThat(e).as("mutation %s", i).hasMessageContaining("mutated");
        refused++;
        continue;
      }
      int intact = intact(source, originals);
      if (intact < IMAGES) {
        assertThat(source.size() - intact).as("reported of mutation %s", i).isPositive();
      }
      if (!cut) {
        assertThat(source.size()).as("counted of mutation %s", i).isBetween(IMAGES, IMAGES + 8);
      }
      reported += source.size() - intact;
    }
    System.out.printf(
        "row shards: %,d mutated %s shards of %d images: %,d refused whole, %,d images reported or changed in the others, none lost%n",
        count, ending, IMAGES, refused, reported);
  }

  /** A mutated index says nothing: its checksum is wrong, and the shard is looked through again. */
  @Test
  void areNotReadThroughMutatedIndices() throws IOException {
    Files.write(folder.resolve("whole.tar"), shard("tar"));
    var shard = folder.resolve("whole.tar");
    Files.setLastModifiedTime(shard, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    var cache = IndexCache.in(folder.resolve("cache"));
    var digest = ImageSet.open(shard.toString(), cache).training().digest();
    Path index;
    try (var files = Files.list(folder.resolve("cache"))) {
      index = files.findFirst().orElseThrow();
    }
    var whole = Files.readAllBytes(index);
    var random = new SplittableRandom(13);
    for (int i = 0; i < Mutations.count(500, 50); i++) {
      Files.write(
          index, i % 5 == 0 ? Mutations.cut(whole, random) : Mutations.changed(whole, random));
      assertThat(ImageSet.open(shard.toString(), cache).training().digest())
          .as("mutation %s", i)
          .isEqualTo(digest);
    }
  }

  /** How many of the original images are read as they were. */
  private static int intact(Source source, Set<String> originals) {
    var found = new HashSet<String>();
    for (int i = 0; i < source.size(); i++) {
      try {
        var bytes = ((Example.Encoded) source.get(i)).read();
        found.add(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
      } catch (UnreadableImageException e) {
        assertThat(e.reason()).isNotBlank();
      }
    }
    found.retainAll(originals);
    return found.size();
  }
}
