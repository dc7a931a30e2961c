package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.data.source.ShardWriter;
import org.maejava.random.Mutations;

/**
 * Every command that takes long, killed at moments that are drawn, and while it writes: the same
 * command then finishes with the same bytes as one that nobody disturbed.
 */
@Tag("row")
@DisplayName("Killed at any moment,")
class KillsIT {

  private static final String SMALL =
      "model { encoder { width: 32 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 6 batch_size: 8 warmup_epochs: 1 }";

  private static final String PLAN =
      """
      data: "%s"
      family: "tiny-64"
      weights { pretraining { change { %s } } }
      change { training { epochs: 2 warmup_epochs: 1 batch_size: 8 } }
      protocols { linear_probe {} }
      protocols { scratch {} }
      labels { per_class: 16 }
      seeds: 0
      seeds: 1
      """;

  /** How often each scenario is killed in the long test: with all of them, over a hundred times. */
  private static final int KILLS = 7;

  /** A run is killed so often before it may finish. */
  private static final int IN_A_ROW = 3;

  @TempDir private static Path folder;

  private static SplittableRandom random;

  /**
   * A command.
   *
   * @param name of it
   * @param first its words, {@code OUT} for where it writes
   * @param again its words when a run was begun
   */
  private record Scenario(String name, List<String> first, List<String> again) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static Scenario training(String name, String command, String data, String... more) {
    var first = new ArrayList<>(List.of(command, "--data=" + data, "--set", SMALL));
    first.add("--recipe=" + (data.equals("fashion-mnist") ? "demo" : "tiny-64"));
    first.addAll(List.of("--out=OUT", "--threads=1", "--checkpoint-every=2"));
    first.addAll(List.of(more));
    return new Scenario(
        name,
        first,
        List.of(command, "--out=OUT", "--resume", "--threads=1", "--checkpoint-every=2"));
  }

  private static Scenario same(String name, String... words) {
    return new Scenario(name, List.of(words), List.of(words));
  }

  /** What is whole is replaced only where that is asked for. */
  private static Scenario replacing(String name, String... words) {
    var again = new ArrayList<>(List.of(words));
    again.add("--overwrite");
    return new Scenario(name, List.of(words), again);
  }

  static Stream<Scenario> few() {
    return Mutations.count(1, 0) == 1
        ? all()
        : all().filter(scenario -> scenario.name().matches("convert to tar|import"));
  }

  private static Stream<Scenario> all() {
    var photos = folder.resolve("photos").toString();
    var tar = folder.resolve("shards-tar").toString();
    var records = folder.resolve("shards-tfrecord").toString();
    var weights = "--weights=" + folder.resolve("pretrained");
    var foreign = "../saved-models/src/test/resources/foreign/";
    return Stream.of(
        training("adamw on a folder", "pretrain", photos, "--probe-every=1"),
        training(
            "sgd with accumulation and averages on tar shards",
            "pretrain",
            tar,
            "--set",
            "training { accumulation_steps: 2 sgd { momentum: 0.9 } base_rate: 0.1 weight_average { decay: 0.9 } }"),
        training(
            "bfloat16 on TFRecord shards",
            "pretrain",
            records,
            "--set",
            "training { bfloat16 {} }"),
        training(
            "principal components as target on a list",
            "pretrain",
            folder.resolve("list.csv").toString(),
            "--set",
            "model { pca { coefficients: 20 sample_images: 40 } }"),
        training(
            "fine-tuning with mixing and averages",
            "finetune",
            photos,
            weights,
            "--set",
            "training { weight_average { decay: 0.9 } accumulation_steps: 2 batch_size: 4 }"),
        training(
            "lars of a linear probe on compressed shards",
            "linear-probe",
            folder.resolve("shards-gz").toString(),
            weights,
            "--set",
            "training { lars { momentum: 0.9 trust_coefficient: 0.001 } base_rate: 0.1 }"),
        training("an attentive probe", "attentive-probe", records, weights),
        training(
            "raw images",
            "pretrain",
            "fashion-mnist",
            "--set",
            "training { epochs: 2 batch_size: 800 warmup_epochs: 0 }"),
        same("convert to tar", "data", "convert", photos, "--to=tar", "--per-shard=6", "--out=OUT"),
        same(
            "convert to tfrecord",
            "data",
            "convert",
            "fashion-mnist",
            "--to=tfrecord",
            "--per-shard=700",
            "--out=OUT"),
        same(
            "comparison",
            "compare",
            folder.resolve("plan.textproto").toString(),
            "--threads=1",
            "--out=OUT"),
        replacing("import", "import", foreign + "transformers-pretraining", "--out=OUT"),
        replacing(
            "export for TensorFlow",
            "export",
            "../saved-models/models/fashion-mnist-small",
            "--threads=1",
            "--out=OUT"),
        replacing(
            "export for PyTorch",
            "export",
            "../saved-models/models/fashion-mnist-small",
            "--to=timm",
            "--out=OUT"),
        same(
            "embedding",
            "embed",
            "../saved-models/models/fashion-mnist-small",
            "--data=fashion-mnist",
            "--threads=1",
            "--out=OUT.npy"));
  }

  @BeforeAll
  static void makesImages() throws Exception {
    random = new SplittableRandom(13);
    var photos = TestImages.labelled(folder.resolve("photos"), 24);
    for (var format : ShardWriter.Format.values()) {
      convert(photos, format, folder.resolve("shards-" + format.ending()));
    }
    compress(folder.resolve("shards-tar"), folder.resolve("shards-gz"));
    list(photos, folder.resolve("list.csv"));
    Files.writeString(folder.resolve("plan.textproto"), PLAN.formatted(photos, SMALL));
    var pretrained = folder.resolve("pretrained");
    assertThat(
            CommandRun.of(
                    "pretrain",
                    "--data=" + photos,
                    "--recipe=tiny-64",
                    "--set",
                    SMALL,
                    "--out=" + pretrained)
                .status())
        .isZero();
  }

  private static void convert(Path photos, ShardWriter.Format format, Path out) {
    var run =
        CommandRun.of(
            "data",
            "convert",
            photos.toString(),
            "--to=" + format,
            "--per-shard=20",
            "--out=" + out);
    assertThat(run.status()).as(run.err()).isZero();
  }

  private static void compress(Path shards, Path to) throws Exception {
    Files.createDirectories(to);
    try (var files = Files.list(shards)) {
      for (var file : files.toList()) {
        boolean tar = file.toString().endsWith(".tar");
        var name = file.getFileName() + (tar ? ".gz" : "");
        try (var out = Files.newOutputStream(to.resolve(name));
            var packed = tar ? new java.util.zip.GZIPOutputStream(out) : out) {
          Files.copy(file, packed);
        }
      }
    }
  }

  private static void list(Path photos, Path list) throws IOException {
    var lines = new ArrayList<String>();
    try (var files = Files.walk(photos.resolve("train"))) {
      for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
        lines.add(file.toString());
      }
    }
    Files.write(list, lines);
  }

  @ParameterizedTest(name = "{0} finishes with the same bytes")
  @MethodSource("few")
  void finishesWithTheSameBytes(Scenario scenario) throws Exception {
    var own = Files.createDirectories(folder.resolve("of " + scenario.name()));
    var undisturbed = own.resolve("whole/out");
    long began = System.nanoTime();
    finish(start(scenario, undisturbed));
    long took = (System.nanoTime() - began) / 1_000_000;
    var whole = FinishedFiles.of(undisturbed);
    assertThat(whole).isNotEmpty();
    FinishedFiles.assertNothingIsLeftOver(undisturbed);

    int wanted = Mutations.count(KILLS, 1);
    int kills = 0;
    int finishes = 0;
    while (kills < wanted) {
      var out = own.resolve(finishes + "/out");
      for (int row = 0; row < IN_A_ROW && kills < wanted; row++) {
        var process = start(scenario, out);
        if (killed(process, out, took)) {
          kills++;
          FinishedFiles.assertNoneIsHalfWritten(out);
        }
      }
      finish(start(scenario, out));
      assertThat(FinishedFiles.of(out))
          .as("%s, after %s kills: %s", scenario, kills, said(out))
          .isEqualTo(whole);
      FinishedFiles.assertNothingIsLeftOver(out);
      finishes++;
      assertThat(finishes).as("it is quicker than it can be killed").isLessThan(4 * KILLS);
    }
    System.out.printf(
        "row kills: %s: %d kills, %d finishes with the same %d files%n",
        scenario, kills, finishes, whole.size());
  }

  /** Half of the time while it writes something. */
  private static boolean killed(MaeProcess process, Path out, long took) throws Exception {
    if (random.nextInt(4) == 0) {
      process.endsWithin(random.nextLong(took + 1));
    } else {
      process.endsWithin(random.nextLong(took / 4, 3 * took / 4 + 1));
      process.await(() -> isWriting(out));
      process.endsWithin(random.nextLong(1 + random.nextInt(40)));
    }
    boolean alive = process.isAlive();
    process.kill();
    return alive;
  }

  private static boolean isWriting(Path out) {
    if (!Files.exists(out.getParent())) {
      return false;
    }
    try (var all = Files.walk(out.getParent())) {
      return all.anyMatch(
          file -> file.getFileName().toString().matches("\\..*\\.(partial|replaced|growing)"));
    } catch (IOException | UncheckedIOException e) {
      return true; // what was listed is gone already
    }
  }

  private static MaeProcess start(Scenario scenario, Path out) throws IOException {
    Files.createDirectories(out.getParent());
    boolean begun = Files.exists(out.resolve("record.json"));
    var words = begun ? scenario.again() : scenario.first();
    return MaeProcess.start(
        log(out),
        List.of("env", "XDG_CACHE_HOME=" + out.resolveSibling("cache")),
        List.of("-Xmx1g", "-XX:TieredStopAtLevel=1"),
        words.stream().map(word -> word.replace("OUT", out.toString())).toList());
  }

  private static Path log(Path out) {
    return out.resolveSibling("log.txt");
  }

  private static String said(Path out) {
    try {
      return Files.readString(log(out));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void finish(MaeProcess process) throws InterruptedException {
    assertThat(process.status()).as("%s", process.output()).isZero();
  }
}
