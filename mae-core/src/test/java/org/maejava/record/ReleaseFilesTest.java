package org.maejava.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.Resources;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.config.Experiments;
import org.maejava.config.InvalidExperimentException;
import org.maejava.proto.RunRecord;

/**
 * Files as release 0.1 wrote them, kept as they are: a field that is renamed or given another type
 * fails here. Never write them anew; later releases get folders of their own.
 */
class ReleaseFilesTest {

  @TempDir private Path folder;

  private static String file(String name) throws IOException {
    return Resources.toString(
        Resources.getResource(ReleaseFilesTest.class, "release-0.1/" + name), UTF_8);
  }

  @Test
  void aRecordIsReadWithoutAFieldThatIsNotKnown() throws IOException {
    var strict = RunRecord.newBuilder();
    JsonFormat.parser().merge(file("record.json"), strict);
    Files.writeString(folder.resolve(RecordFile.NAME), file("record.json"));
    var record = RecordFile.read(folder).orElseThrow();
    assertThat(record).isEqualTo(strict.build());
    assertThat(record.getCommand()).isEqualTo("pretrain");
    assertThat(record.getParameters()).isEqualTo(76_400);
    assertThat(record.getExperiment().getModel().getEncoder().getWidth()).isEqualTo(48);
    assertThat(record.getExperiment().getTraining().getAdamw().getBeta2()).isEqualTo(0.95);
    assertThat(record.getData().getDigest()).startsWith("860743c0eb3ff39a");
    assertThat(record.getCurveCount()).isPositive();
  }

  /** The fingerprint is what a resumed run is compared by. */
  @Test
  void itsExperimentHasTheFingerprintThatItHadThen() throws IOException {
    var record = RunRecord.newBuilder();
    JsonFormat.parser().merge(file("record.json"), record);
    assertThat(Experiments.fingerprint(record.getExperiment())).isEqualTo(record.getFingerprint());
  }

  @Test
  void aRecipeIsRead() throws IOException {
    var recipe = Experiments.parse(file("pretrain.textproto"), "release 0.1");
    assertThat(recipe.getTraining().getAdamw().getBeta2()).isEqualTo(0.95);
    assertThat(recipe.getTraining().getEpochs()).isEqualTo(800);
    assertThat(recipe.hasPretraining()).isTrue();
    assertThat(Experiments.parse("format: 1\n" + file("pretrain.textproto"), "with its format"))
        .isEqualTo(recipe);
  }

  /** Its fields may mean something else: not one of them is taken. */
  @Test
  void aRecipeOfANewerReleaseIsRefusedAsSuch() throws IOException {
    var newer = "# a comment\nformat: 7\nsharpness: 3\n" + file("pretrain.textproto");
    assertThatThrownBy(() -> Experiments.parse(newer, "newer.textproto"))
        .isInstanceOf(InvalidExperimentException.class)
        .hasMessageContaining("newer.textproto")
        .hasMessageContaining(
            "a newer release's recipe, of format 7; this one knows formats up to 1");
  }
}
