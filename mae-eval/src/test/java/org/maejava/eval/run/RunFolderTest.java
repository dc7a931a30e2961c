package org.maejava.eval.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.proto.RunRecord;
import org.maejava.proto.UnreadableImage;
import org.maejava.record.RecordFile;

@DisplayName("A run's folder")
class RunFolderTest {

  @TempDir private Path path;

  @Test
  void knowsTheUnreadableImagesOfARunThatIsKilledAfterACheckpoint() throws IOException {
    var folder = new RunFolder(path);
    folder.begin(RunRecord.newBuilder().setCommand("pretrain").build(), List.of());
    var met = new ArrayList<UnreadableImage>();
    var observer = folder.unreadable(() -> met);
    observer.onCheckpointDue();
    assertThat(RecordFile.read(path).orElseThrow().getUnreadableList()).isEmpty();

    met.add(UnreadableImage.newBuilder().setName("a.jpg").setReason("cut off").build());
    observer.onCheckpointDue();
    var record = RecordFile.read(path).orElseThrow();
    assertThat(record.getUnreadableList()).isEqualTo(met);
    assertThat(record.getCommand()).isEqualTo("pretrain");
  }
}
