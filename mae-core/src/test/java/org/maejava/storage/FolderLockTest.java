package org.maejava.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

  @TempDir Path parent;

  @Test
  void aSecondTakerIsRefusedUntilTheFirstIsDone() throws IOException {
    var folder = parent.resolve("run");
    try (var first = FolderLock.of(folder)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> FolderLock.of(folder))
          .isInstanceOf(FolderInUseException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("(" + ProcessHandle.current().pid() + ")");
      try (var other = FolderLock.of(parent.resolve("other"))) {
        assertThat(other).isNotNull();
      }
    }
    try (var again = FolderLock.of(folder)) {
      assertThat(again).isNotNull();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void foldersThatWereMadeForItAreGoneUnlessTheyAreUsed() throws IOException {
    try (var lock = FolderLock.of(parent.resolve("a/b/run"))) {
      assertThat(lock).isNotNull();
      assertThat(parent.resolve("a/b")).isDirectory();
    }
    assertThat(parent).isEmptyDirectory();

    try (var lock = FolderLock.of(parent.resolve("a/b/run"))) {
      assertThat(lock).isNotNull();
      Files.writeString(parent.resolve("a/used"), "");
    }
    assertThat(parent.resolve("a")).isNotEmptyDirectory();
    assertThat(parent.resolve("a/b")).doesNotExist();
  }

  @Test
  void whatAKilledProcessLeftIsNoObstacle() throws IOException {
    Files.writeString(parent.resolve(".run.lock"), "1 2\n");
    try (var lock = FolderLock.of(parent.resolve("run"))) {
      assertThat(lock).isNotNull();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void neverTwoAtATime() throws Exception {
    var folder = parent.resolve("run");
    var inside = new AtomicInteger();
    var start = new CountDownLatch(1);
    var threads = Executors.newFixedThreadPool(4);
    try {
      var all =
          IntStream.range(0, 4)
              .<Future<Integer>>mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            start.await();
                            int taken = 0;
                            while (taken < 50) {
                              try (var lock = FolderLock.of(folder)) {
                                assertThat(lock).isNotNull();
                                assertThat(inside.incrementAndGet()).isEqualTo(1);
                                taken++;
                                inside.decrementAndGet();
                              } catch (FolderInUseException e) {
                                Thread.onSpinWait();
                              }
                            }
                            return taken;
                          }))
              .toList();
      start.countDown();
      for (var one : all) {
        assertThat(one.get()).isEqualTo(50);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
