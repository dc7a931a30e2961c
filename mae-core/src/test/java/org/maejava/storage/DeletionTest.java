package org.maejava.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionTest {

  @TempDir Path folder;

  @Test
  void aFileAndAFolderWithEverythingInItAreGone() throws IOException {
    var file = Files.writeString(folder.resolve("a.txt"), "");
    Files.createDirectories(folder.resolve("b/c/d"));
    Files.writeString(folder.resolve("b/c/e.txt"), "");
    Deletion.of(file);
    Deletion.of(folder.resolve("b"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatIsNotThereIsNoProblem() throws IOException {
    Deletion.of(folder.resolve("nothing"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatALinkPointsToStays() throws IOException {
    var kept = Files.createDirectories(folder.resolve("kept"));
    Files.writeString(kept.resolve("a.txt"), "");
    var holder = Files.createDirectories(folder.resolve("holder"));
    Files.createSymbolicLink(holder.resolve("link"), kept);
    Files.createSymbolicLink(folder.resolve("broken"), folder.resolve("nothing"));
    Deletion.of(holder);
    Deletion.of(folder.resolve("broken"));
    assertThat(kept.resolve("a.txt")).exists();
    assertThat(folder.toFile().list()).containsExactly("kept");
  }
}
