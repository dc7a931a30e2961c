package org.maejava.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFolderTest {

  @TempDir Path parent;

  private static void write(Path folder, String text) throws IOException {
    WholeFolder.write(
        folder,
        partial -> {
          Files.createDirectory(partial.resolve("below"));
          Files.writeString(partial.resolve("below/a.txt"), text);
        });
  }

  @Test
  void everyFileIsThereAndNothingBesideTheFolder() throws IOException {
    write(parent.resolve("new"), "first");
    assertThat(parent.resolve("new/below/a.txt")).hasContent("first");
    assertThat(parent.toFile().list()).containsExactly("new");
  }

  @Test
  void anOlderFolderIsReplacedWithEverythingInIt() throws IOException {
    var folder = parent.resolve("again");
    write(folder, "first");
    Files.writeString(folder.resolve("surplus"), "");
    write(folder, "second");
    assertThat(folder.resolve("below/a.txt")).hasContent("second");
    assertThat(folder.toFile().list()).containsExactly("below");
    assertThat(parent.toFile().list()).containsExactly("again");
  }

  @Test
  void contentThatFailsLeavesTheOlderFolder() throws IOException {
    var folder = parent.resolve("kept");
    write(folder, "first");
    assertThatThrownBy(
            () ->
                WholeFolder.write(
                    folder,
                    partial -> {
                      Files.writeString(partial.resolve("half"), "");
                      throw new IllegalStateException("no more");
                    }))
        .hasMessage("no more");
    assertThat(folder.resolve("below/a.txt")).hasContent("first");
    assertThat(parent.toFile().list()).containsExactly("kept");
  }

  @Test
  void whatAKilledProcessLeftIsNoObstacle() throws IOException {
    Files.createDirectories(parent.resolve(".late.partial/half"));
    write(parent.resolve("late"), "whole");
    assertThat(parent.toFile().list()).containsExactly("late");
  }

  @Test
  void leftoversOfKilledProcessesAreClearedAndNothingElse() throws IOException {
    write(parent.resolve("whole"), "kept");
    Files.createDirectories(parent.resolve(".late.partial/half"));
    Files.createDirectories(parent.resolve(".swap.replaced"));
    Files.createDirectories(parent.resolve("mine.partial"));
    Files.writeString(parent.resolve(".hidden"), "");
    WholeFolder.clearLeftovers(parent);
    assertThat(parent.toFile().list())
        .containsExactlyInAnyOrder("whole", "mine.partial", ".hidden");
    WholeFolder.clearLeftovers(parent.resolve("nowhere"));
  }

  @Test
  void anOlderFolderThatWasMovedAsideIsFoundAgain() throws IOException {
    write(parent.resolve("swap"), "first");
    Files.move(parent.resolve("swap"), parent.resolve(".swap.replaced"));
    WholeFolder.recover(parent.resolve("swap"));
    assertThat(parent.resolve("swap/below/a.txt")).hasContent("first");
    assertThat(parent.toFile().list()).containsExactly("swap");
  }
}
