package org.maejava.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.proto.RunRecord;

class RecordFileTest {

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    var record = RunRecord.newBuilder().setCommand("pretrain").setSeconds(1.5).build();
    RecordFile.write(record, folder);
    assertThat(RecordFile.read(folder)).contains(record);
  }

  @Test
  void aFolderWithoutOneHasNone() throws IOException {
    assertThat(RecordFile.read(folder)).isEmpty();
  }

  @Test
  void aNewerVersionsRecordIsReadAsFarAsItIsKnown() throws IOException {
    var text =
        """
        {"command": "pretrain", "from_the_future": {"a": [1]},
         "experiment": {"training": {"epochs": 3, "sharpness": 0.5}},
         "format": 99, "checksum": "%s"}
        """;
    var checksum = Hashing.sha256().hashString(text.formatted("0".repeat(64)), UTF_8).toString();
    Files.writeString(folder.resolve(RecordFile.NAME), text.formatted(checksum));
    var record = RecordFile.read(folder).orElseThrow();
    assertThat(record.getCommand()).isEqualTo("pretrain");
    assertThat(record.getExperiment().getTraining().getEpochs()).isEqualTo(3);
  }

  @Test
  void ofThisVersionWithAFieldThatIsNotKnownIsDamaged() throws IOException {
    Files.writeString(folder.resolve(RecordFile.NAME), "{\"comand\": \"pretrain\"}");
    assertThatThrownBy(() -> RecordFile.read(folder))
        .hasMessageContaining(folder.resolve(RecordFile.NAME).toString())
        .hasMessageContaining("comand");
  }

  @Test
  void aRecordThatWasChangedIsRefusedUnlessItsChecksumIsTakenOutToo() throws IOException {
    var file = folder.resolve(RecordFile.NAME);
    RecordFile.write(RunRecord.newBuilder().setSteps(1200).setTotalSteps(1200).build(), folder);
    var changed = Files.readString(file).replaceFirst("1200", "1300");
    Files.writeString(file, changed);
    assertThatThrownBy(() -> RecordFile.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + " is not a run's record")
        .hasMessageContaining("without the fields format and checksum");
    Files.writeString(file, changed.replaceFirst("(?s),\\s*\"format.*", "}"));
    assertThat(RecordFile.read(folder).orElseThrow().getSteps()).isEqualTo(1300);
  }

  @Test
  void aDamagedRecordIsNamed() throws IOException {
    Files.writeString(folder.resolve(RecordFile.NAME), "{\"command\": ");
    assertThatThrownBy(() -> RecordFile.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve(RecordFile.NAME).toString());
  }
}
