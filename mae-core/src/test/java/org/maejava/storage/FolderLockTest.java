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

  /** Holds a lock until its input ends. */
  static final class Holder {
    public static void main(String[] args) throws IOException {
      try (var lock = FolderLock.of(Path.of(args[0]))) {
        System.out.println(lock == null ? "" : "locked");
        int end = System.in.read();
        System.out.println(end);
      }
    }
  }

  private static ProcessBuilder holder(Path folder) {
    return new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Holder.class.getName(),
        folder.toString());
  }

  @Test
  void anotherProcessIsRefusedToo() throws Exception {
    var folder = parent.resolve("run");
    var holder = holder(folder).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var said = holder.inputReader()) {
      assertThat(said.readLine()).isEqualTo("locked");
      assertThat(FolderLock.isTaken(folder)).isTrue();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> FolderLock.of(folder))
            .isInstanceOf(FolderInUseException.class)
            .hasMessageContaining("(" + holder.pid() + ")");
      }
      holder.outputWriter().close();
      assertThat(holder.waitFor()).isZero();
    } finally {
      holder.destroyForcibly();
    }
    assertThat(FolderLock.isTaken(folder)).isFalse();
    try (var again = FolderLock.of(folder)) {
      assertThat(again).isNotNull();
      assertThat(FolderLock.isTaken(folder)).isTrue();
      assertThatThrownBy(() -> FolderLock.of(folder)).isInstanceOf(FolderInUseException.class);
      // Neither question has ended the lock.
      var late = holder(folder).redirectErrorStream(true).start();
      try (var said = late.inputReader()) {
        assertThat(said.lines().toList())
            .anySatisfy(
                line ->
                    assertThat(line)
                        .contains("FolderInUseException")
                        .contains("(" + ProcessHandle.current().pid() + ")"));
        assertThat(late.waitFor()).isNotZero();
      } finally {
        late.destroyForcibly();
      }
    }
    assertThat(parent).isEmptyDirectory();
  }
}
