package org.maejava.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import com.google.protobuf.TextFormat;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.config.Experiments;
import org.maejava.config.InvalidExperimentException;
import org.maejava.proto.RunRecord;
import org.maejava.random.Mutations;

/** Nothing but what is written here is thrown, and nothing wrong is read. */
@Tag("row")
@DisplayName("Mutated")
class MutatedFilesTest {

  private static final int FEW = 100;
  private static final int ALL = 2_000;

  @TempDir private Path folder;

  private static byte[] file(String name) throws IOException {
    return Resources.toByteArray(
        Resources.getResource(MutatedFilesTest.class, "release-0.1/" + name));
  }

  private static byte[] mutated(byte[] file, int number, SplittableRandom random) {
    return switch (number % 10) {
      case 0, 5 -> Mutations.cut(file, random);
      case 3 -> Mutations.withALineTwice(file, random);
      case 7 -> Mutations.withAHugeNumber(file, random);
      default -> Mutations.changed(file, random);
    };
  }

  @Test
  void recordsAreReadAsTheyWereOrNamed() throws IOException {
    var record = RunRecord.newBuilder();
    JsonFormat.parser().merge(new String(file("record.json"), UTF_8), record);
    RecordFile.write(record.build(), folder);
    var file = folder.resolve(RecordFile.NAME);
    var whole = Files.readAllBytes(file);
    var random = new SplittableRandom(13);
    int refused = 0;
    int count = Mutations.count(ALL, FEW);
    for (int i = 0; i < count; i++) {
      Files.write(file, mutated(whole, i, random));
      try {
        assertThat(RecordFile.read(folder)).as("mutation %s", i).contains(record.build());
      } catch (IOException e) {
        assertThat(e).as("mutation %s", i).hasMessageContaining(file.toString());
        refused++;
      }
    }
    Mutations.report("records", count, refused);
    assertThat(refused).isPositive();
  }

  /** They have no checksum: what is read is what stands there. */
  @Test
  void recordsOfRelease01AreReadOrNamed() throws IOException {
    var whole = file("record.json");
    var random = new SplittableRandom(13);
    var file = folder.resolve(RecordFile.NAME);
    int refused = 0;
    int count = Mutations.count(ALL, FEW);
    for (int i = 0; i < count; i++) {
      Files.write(file, mutated(whole, i, random));
      try {
        assertThat(RecordFile.read(folder)).isPresent();
      } catch (IOException e) {
        assertThat(e).as("mutation %s", i).hasMessageContaining(file.toString());
        refused++;
      }
    }
    Mutations.report("records of release 0.1", count, refused);
    assertThat(refused).isPositive();
  }

  @Test
  void recipesAreReadOrRefused() throws IOException {
    var record = RunRecord.newBuilder();
    JsonFormat.parser().merge(new String(file("record.json"), UTF_8), record);
    var whole = TextFormat.printer().printToString(record.getExperiment()).getBytes(UTF_8);
    assertThat(Experiments.checked(Experiments.parse(new String(whole, UTF_8), ""), ""))
        .isEqualTo(record.getExperiment());
    var random = new SplittableRandom(13);
    int refused = 0;
    int count = Mutations.count(ALL, FEW);
    for (int i = 0; i < count; i++) {
      var text = new String(mutated(whole, i, random), ISO_8859_1);
      try {
        Experiments.checked(Experiments.parse(text, "mutated"), "mutated");
      } catch (InvalidExperimentException e) {
        assertThat(e).as("mutation %s", i).hasMessageContaining("mutated");
        refused++;
      }
    }
    Mutations.report("recipes", count, refused);
    assertThat(refused).isPositive();
  }
}
