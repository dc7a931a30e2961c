package org.maejava.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.config.Experiments;
import org.maejava.config.InvalidExperimentException;
import org.maejava.random.Mutations;

/** Mutated records and recipes are read, or refused by name; nothing else is thrown. */
class MutatedFilesTest {

  private static final int FEW = 100;
  private static final int ALL = 2_000;

  @TempDir private Path folder;

  private static byte[] file(String name) throws IOException {
    return Resources.toByteArray(
        Resources.getResource(MutatedFilesTest.class, "release-0.1/" + name));
  }

  private static byte[] mutated(byte[] file, int number, SplittableRandom random) {
    return number % 5 == 0 ? Mutations.cut(file, random) : Mutations.changed(file, random);
  }

  @Test
  void recordsAreReadOrNamed() throws IOException {
    var whole = file("record.json");
    var random = new SplittableRandom(13);
    var file = folder.resolve(RecordFile.NAME);
    int refused = 0;
    for (int i = 0; i < Mutations.count(ALL, FEW); i++) {
      Files.write(file, mutated(whole, i, random));
      try {
        assertThat(RecordFile.read(folder)).isPresent();
      } catch (IOException e) {
        assertThat(e).as("mutation %s", i).hasMessageContaining(file.toString());
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void recipesAreReadOrRefused() throws IOException {
    var whole = file("pretrain.textproto");
    var random = new SplittableRandom(13);
    int refused = 0;
    for (int i = 0; i < Mutations.count(ALL, FEW); i++) {
      var text = new String(mutated(whole, i, random), ISO_8859_1);
      try {
        assertThat(Experiments.parse(text, "mutated")).isNotNull();
      } catch (InvalidExperimentException e) {
        assertThat(e).as("mutation %s", i).hasMessageContaining("mutated");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
