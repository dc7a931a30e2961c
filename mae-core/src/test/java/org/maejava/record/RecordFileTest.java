package org.maejava.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    Files.writeString(
        folder.resolve(RecordFile.NAME),
        """
        {"command": "pretrain", "from_the_future": {"a": [1]},
         "experiment": {"training": {"epochs": 3, "sharpness": 0.5}}}
        """);
    var record = RecordFile.read(folder).orElseThrow();
    assertThat(record.getCommand()).isEqualTo("pretrain");
    assertThat(record.getExperiment().getTraining().getEpochs()).isEqualTo(3);
  }

  @Test
  void aDamagedRecordIsNamed() throws IOException {
    Files.writeString(folder.resolve(RecordFile.NAME), "{\"command\": ");
    assertThatThrownBy(() -> RecordFile.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve(RecordFile.NAME).toString());
  }
}
