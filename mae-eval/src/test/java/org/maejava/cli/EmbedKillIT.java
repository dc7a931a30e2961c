package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.proto.RowsRecord;
import org.maejava.record.SealedJson;

/** Real processes over the bundled images, really stopped. */
@DisplayName("Embedding that is stopped")
class EmbedKillIT {

  private static final int IMAGES = 12_000;
  private static final Path MODEL = Path.of("../saved-models/models/fashion-mnist-small");

  @TempDir private static Path folder;
  private static Path whole;

  @BeforeAll
  static void embedsAll() throws Exception {
    whole = folder.resolve("whole.npy");
    assertThat(finish(start(whole))).isZero();
  }

  @Test
  void byAKillGoesOnToTheSameBytes() throws Exception {
    var out = folder.resolve("killed.npy");
    for (int beyond : new int[] {0, 3000}) {
      var process = start(out);
      awaitMoreThan(beyond, out, process);
      process.destroyForcibly();
      finish(process);
      assertThat(out).doesNotExist();
      assertThat(done(out)).isBetween(beyond + 1, IMAGES - 1);
    }
    assertThat(finish(start(out))).isZero();
    assertThatItIsWhole(out);
  }

  @Test
  void onRequestSaysHowFarItCameAndGoesOnToTheSameBytes() throws Exception {
    var out = folder.resolve("asked.npy");
    var process = start(out);
    awaitMoreThan(0, out, process);
    process.destroy();
    assertThat(finish(process)).isNotZero();
    int done = done(out);
    assertThat(done).isBetween(1, IMAGES - 1);
    assertThat(Files.readString(log(out)))
        .contains("stopped after %,d of 12,000 images; go on with: mae embed".formatted(done));
    var other =
        CommandRun.of("embed", MODEL.toString(), "--data=fashion-mnist?train=100", "--out=" + out);
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err())
        .contains("asked.npy was begun of something else, of which %,d images are".formatted(done));
    assertThat(finish(start(out))).isZero();
    assertThatItIsWhole(out);
  }

  /** What a kill leaves between the last image and the record of the whole. */
  @Test
  void whenOnlySomeFilesWereInTheirPlacesPutsTheOthersThere() throws Exception {
    for (boolean arrayIsThere : new boolean[] {false, true}) {
      var out = folder.resolve("between-%s.npy".formatted(arrayIsThere));
      var names = folder.resolve(out.getFileName() + ".jsonl");
      Files.copy(folder.resolve("whole.npy.jsonl"), names);
      Files.copy(whole, arrayIsThere ? out : hidden(out));
      var record =
          SealedJson.read(
              Files.readString(record(whole), UTF_8),
              RowsRecord.newBuilder(),
              SealedJson.Newer.REFUSED);
      record.addLengths(Files.size(whole)).addLengths(Files.size(names));
      Files.writeString(hidden(record(out)), SealedJson.text(record.build()));
      assertThat(finish(start(out))).isZero();
      assertThatItIsWhole(out);
    }
  }

  private static void assertThatItIsWhole(Path out) {
    assertThat(out).hasSameBinaryContentAs(whole);
    assertThat(folder.resolve(out.getFileName() + ".jsonl"))
        .hasSameBinaryContentAs(folder.resolve("whole.npy.jsonl"));
    assertThat(record(out)).hasSameTextualContentAs(record(whole));
    assertThat(folder.toFile().list())
        .noneMatch(name -> name.startsWith("." + out.getFileName()) && name.endsWith(".growing"));
  }

  private static Path record(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".json");
  }

  private static Path hidden(Path file) {
    var name = file.getFileName().toString();
    return file.resolveSibling((name.startsWith(".") ? "" : ".") + name + ".growing");
  }

  private static Path log(Path out) {
    return out.resolveSibling(out.getFileName() + ".log");
  }

  /** Images of which the record says that they are done. */
  private static int done(Path out) {
    try {
      var text = Files.readString(hidden(record(out)), UTF_8);
      return JsonParser.parseString(text).getAsJsonObject().get("done").getAsInt();
    } catch (IOException e) {
      return 0;
    }
  }

  private static void awaitMoreThan(int images, Path out, Process process) throws Exception {
    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (done(out) <= images) {
      assertThat(process.isAlive()).as("still running beyond image " + images).isTrue();
      assertThat(System.nanoTime()).as("patience").isLessThan(patience);
      Thread.sleep(5);
    }
  }

  private static Process start(Path out) throws IOException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "org.maejava.cli.Main",
            "embed",
            MODEL.toString(),
            "--data",
            "fashion-mnist",
            "--threads",
            "1",
            "--out",
            out.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(out).toFile()))
        .start();
  }

  private static int finish(Process process) throws InterruptedException {
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("the process ends").isTrue();
    return process.exitValue();
  }
}
