package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.random.Mutations;

/**
 * The disk fills up, files become read-only, the folder is removed, each while a command writes
 * there: it says what could not be written, and with room again the same command finishes with the
 * bytes of one that nobody disturbed.
 */
@Tag("row")
@DisplayName("Where a command cannot write any more,")
class FullDiskIT {

  private static final String SMALL =
      "model { encoder { width: 32 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 16 batch_size: 8 warmup_epochs: 1 }";

  private static final int MB = 1 << 20;
  private static final int ROOM_MB = 48;

  @TempDir private static Path folder;

  private static SplittableRandom random;
  private static List<Disturbed> commands;
  private static Disturbed toFiles;

  private Path disk;

  /** A command, its words when it was begun before, and what it leaves if nothing happens. */
  private record Disturbed(
      List<String> first, List<String> again, Map<String, String> whole, long millis) {

    /** Where it writes: features go to files of one name with several endings. */
    private static String out(List<String> words, Path out) {
      return "--out=" + out + (words.get(0).equals("embed") ? ".npy" : "");
    }
  }

  @BeforeAll
  static void runsUndisturbed() throws Exception {
    random = new SplittableRandom(13);
    var photos = TestImages.labelled(folder.resolve("photos"), 24);
    var pretrain =
        List.of("pretrain", "--data=" + photos, "--recipe=tiny-64", "--set", SMALL, "--threads=1");
    var convert = List.of("data", "convert", "fashion-mnist", "--to=tar", "--per-shard=400");
    var embed =
        List.of(
            "embed",
            "../saved-models/models/fashion-mnist-small",
            "--data=fashion-mnist",
            "--threads=1");
    toFiles = undisturbed(embed, embed);
    commands =
        List.of(
            undisturbed(
                with(pretrain, "--checkpoint-every=2"),
                List.of("pretrain", "--resume", "--threads=1", "--checkpoint-every=2")),
            undisturbed(convert, convert));
  }

  private static List<String> with(List<String> words, String... more) {
    var all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return all;
  }

  private static Disturbed undisturbed(List<String> first, List<String> again) throws Exception {
    var out = folder.resolve("whole-" + first.get(0) + "/out");
    long began = System.nanoTime();
    assertThat(start(first, out).status()).as(said(out)).isZero();
    return new Disturbed(
        first, again, FinishedFiles.of(out), (System.nanoTime() - began) / 1_000_000);
  }

  private static MaeProcess start(List<String> words, Path out) throws IOException {
    Files.createDirectories(out.getParent());
    Files.deleteIfExists(log(out));
    return MaeProcess.start(
        log(out),
        List.of(),
        List.of("-Xmx1g", "-XX:TieredStopAtLevel=1"),
        with(words, Disturbed.out(words, out)));
  }

  private static Path log(Path out) {
    return folder.resolve(out.getParent().getFileName() + ".log");
  }

  private static String said(Path out) throws IOException {
    return Files.readString(log(out));
  }

  @Test
  void becauseTheDiskIsFullItSaysSoAndLosesNothing() throws Exception {
    disk = Files.createDirectories(folder.resolve("disk"));
    assumeTrue(
        succeeds("mount", "-t", "tmpfs", "-o", "size=" + ROOM_MB + "m", "tmpfs", disk.toString()),
        "skipped: a file system of " + ROOM_MB + " MB cannot be mounted here");
    var all = new ArrayList<>(commands);
    all.add(toFiles);
    int failures = 0;
    int wanted = Mutations.count(14, 1);
    for (int i = 0; failures < wanted; i++) {
      assertThat(i).as("moments at which it had ended or not begun").isLessThan(6 * wanted);
      var command = all.get(i % all.size());
      var out = disk.resolve("run/out");
      var ballast = disk.resolve("ballast");
      boolean before = i % 7 == 0; // also for those who find it full
      if (before) {
        Files.createDirectories(out.getParent());
        fill(ballast);
      }
      var process = start(command.first(), out);
      if (!before) {
        process.endsWithin(random.nextLong(command.millis()));
        fill(ballast);
      }
      boolean failed = process.status() != 0;
      if (failed) {
        assertThat(said(out))
            .containsPattern("mae: .*" + disk + ".*(No space left on device|MB free but)");
        failures++;
      }
      FinishedFiles.assertNoneIsHalfWritten(out);
      Files.delete(ballast);
      finish(command, out);
      empty(disk);
    }
    System.out.printf("row disk: full %d times, every command finished afterwards%n", failures);
  }

  @Test
  void becauseEverythingIsReadOnlyItSaysSoAndLosesNothing() throws Exception {
    disk = Files.createDirectories(folder.resolve("read-only"));
    var probe = Files.createFile(disk.resolve("probe"));
    boolean able = succeeds("chattr", "+i", probe.toString());
    assumeTrue(able, "skipped: files cannot be made unchangeable with chattr here");
    assertThat(succeeds("chattr", "-i", probe.toString())).isTrue();
    int failures = 0;
    int wanted = Mutations.count(8, 1);
    for (int i = 0; failures < wanted; i++) {
      assertThat(i).as("moments at which it had ended or not begun").isLessThan(6 * wanted);
      var command = commands.get(i % commands.size());
      var out = disk.resolve(i + "/out");
      var process = start(command.first(), out);
      process.endsWithin(random.nextLong(command.millis()));
      process.await(() -> Files.exists(out));
      boolean unchangeable = succeeds("chattr", "-R", "+i", out.toString());
      boolean failed = process.status() != 0;
      assertThat(succeeds("chattr", "-R", "-i", out.toString())).isTrue();
      if (failed && unchangeable) {
        assertThat(said(out))
            .containsPattern("mae: .*" + out + ".*(Operation not permitted|no permission)");
        failures++;
      }
      FinishedFiles.assertNoneIsHalfWritten(out);
      finish(command, out);
    }
    System.out.printf(
        "row disk: read-only %d times, every command finished afterwards%n", failures);
  }

  @Test
  void becauseItsFolderWasRemovedItSaysSo() throws Exception {
    int failures = 0;
    int wanted = Mutations.count(8, 1);
    for (int i = 0; failures < wanted; i++) {
      assertThat(i).as("moments at which it had ended or not begun").isLessThan(6 * wanted);
      var command = commands.get(i % commands.size());
      var out = folder.resolve("removed-" + i + "/out");
      var process = start(command.first(), out);
      process.endsWithin(random.nextLong(command.millis()));
      process.await(() -> Files.exists(out));
      boolean wasThere = process.isAlive();
      remove(out);
      boolean failed = process.status() != 0;
      if (failed) {
        assertThat(said(out)).containsPattern("mae: .*" + out);
        failures++;
      } else if (wasThere) {
        // It had nothing left to write, or nothing was there yet.
        assertThat(Files.exists(out) ? FinishedFiles.of(out) : Map.of())
            .as("%s", said(out))
            .isIn(Map.of(), command.whole());
      }
      remove(out);
      finish(command, out);
    }
    System.out.printf("row disk: removed %d times, every command finished afterwards%n", failures);
  }

  private static void finish(Disturbed command, Path out) throws Exception {
    boolean begun = Files.exists(out.resolve("record.json"));
    var words = begun ? command.again() : command.first();
    assertThat(start(words, out).status()).as("%s", said(out)).isZero();
    assertThat(FinishedFiles.of(out)).isEqualTo(command.whole());
    FinishedFiles.assertNothingIsLeftOver(out);
  }

  /** Until nothing fits any more. */
  private static void fill(Path ballast) throws IOException {
    try (OutputStream out = Files.newOutputStream(ballast)) {
      for (int bytes : new int[] {MB, 1024, 1}) {
        try {
          while (true) {
            out.write(new byte[bytes]);
          }
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("No space left on device");
        }
      }
    }
  }

  /** Again, if something is written meanwhile. */
  private static void remove(Path out) throws IOException {
    while (Files.exists(out)) {
      try {
        MoreFiles.deleteRecursively(out, RecursiveDeleteOption.ALLOW_INSECURE);
      } catch (IOException e) {
        assertThat(out.getParent()).as("%s", e).exists();
      }
    }
  }

  private static void empty(Path disk) throws IOException {
    MoreFiles.deleteDirectoryContents(disk, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  @AfterEach
  void givesTheDiskBack() throws Exception {
    if (disk != null) {
      succeeds("chattr", "-R", "-i", disk.toString());
      succeeds("umount", disk.toString());
    }
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
