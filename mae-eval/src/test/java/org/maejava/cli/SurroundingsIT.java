package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What surrounds the command:")
class SurroundingsIT {

  private static final String MODEL = "../saved-models/models/fashion-mnist-small";

  @TempDir private Path folder;

  /** In Persian Java writes ۱ for 1, and TensorFlow Java names operations so. */
  @Test
  void aLocaleWithDigitsOfItsOwnChangesNothing() throws Exception {
    var persian = List.of("-Duser.language=fa", "-Duser.country=IR");
    var trained = folder.resolve("run");
    for (var words :
        List.of(
            List.of(
                "pretrain",
                "--recipe=demo",
                "--set=model { encoder { width: 16 depth: 1 heads: 2 } }",
                "--epochs=1",
                "--data=fashion-mnist?train=256",
                "--out=" + trained),
            List.of("export", trained.toString(), "--out=" + folder.resolve("model")),
            List.of(
                "embed",
                MODEL,
                "--data=fashion-mnist?train=20",
                "--out=" + folder.resolve("features.npy")),
            List.of(
                "data",
                "convert",
                "fashion-mnist?train=20",
                "--to=tar",
                "--out=" + folder.resolve("shards/some")))) {
      var run = MaeProcess.start(folder.resolve("log"), List.of(), persian, words);
      assertThat(run.status()).as(run.toString()).isZero();
    }
    assertThat(folder.resolve("shards/some/train-00000-of-00001.tar")).exists();
  }

  @Test
  void outputThatCannotBeWrittenIsAFailure() throws Exception {
    var run = redirected("exec \"$@\" > /dev/full");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output())
        .contains("mae: what it says could not be written: No space left on device");
  }

  @Test
  void outputThatNobodyReadsIsNone() throws Exception {
    var run = redirected("set -o pipefail; \"$@\" | true");
    assertThat(run.status()).as(run.toString()).isZero();
    assertThat(run.output()).doesNotContain("could not be written");
  }

  private MaeProcess redirected(String script) throws Exception {
    return MaeProcess.start(
        folder.resolve("log"),
        List.of("bash", "-c", script, "bash"),
        List.of(),
        List.of("recipe", "show", "b16/pretrain"));
  }
}
