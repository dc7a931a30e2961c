package org.maejava.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir Path folder;

  @Test
  void theBytesAreThereAndNothingElse() throws IOException {
    var file = folder.resolve("made/on/the/way.bin");
    WholeFile.write(file, new byte[] {1, 2, 3});
    assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(file.getParent().toFile().list()).containsExactly("way.bin");
  }

  @Test
  void contentThatFailsHalfWayLeavesTheOlderFile() throws IOException {
    var file = folder.resolve("a.txt");
    Files.writeString(file, "older");
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(new byte[5 << 20]);
                      assertThat(file).hasContent("older");
                      throw new IOException("the source ended");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.txt")
        .hasMessageContaining("the source ended");
    assertThat(file).hasContent("older");
    assertThat(folder.toFile().list()).containsExactly("a.txt");
  }

  @Test
  void aStreamThatItsWriterClosesIsStillSyncedAndMoved() throws IOException {
    var file = folder.resolve("closed.txt");
    WholeFile.write(
        file,
        out -> {
          try (out) {
            out.write("whole".getBytes(UTF_8));
          }
        });
    assertThat(file).hasContent("whole");
  }

  @Test
  void whatAKilledProcessLeftIsOverwritten() throws IOException {
    Files.writeString(folder.resolve(".b.txt.partial"), "a longer text that was cut off");
    WholeFile.write(folder.resolve("b.txt"), "new".getBytes(UTF_8));
    assertThat(folder.resolve("b.txt")).hasContent("new");
    assertThat(folder.toFile().list()).containsExactly("b.txt");
  }

  @Test
  void aFileInTheFoldersPlaceIsNamed() throws IOException {
    Files.writeString(folder.resolve("taken"), "");
    assertThatThrownBy(() -> WholeFile.write(folder.resolve("taken/c.txt"), new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("c.txt")
        .hasMessageContaining("taken is in the way");
  }
}
