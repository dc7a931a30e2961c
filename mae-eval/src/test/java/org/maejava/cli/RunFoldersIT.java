package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.record.RecordFile;
import org.maejava.storage.Deletion;
import org.maejava.storage.FolderLock;

/** What commands do to a folder that is there already, and what they take over from another run. */
@DisplayName("A run's folder")
class RunFoldersIT {

  private static final String SMALL =
      "model { encoder { width: 16 depth: 1 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 2 batch_size: 4 warmup_epochs: 1 }";

  @TempDir private static Path folder;
  private static Path pretrained;

  @BeforeAll
  static void pretrains() throws IOException {
    TestImages.labelled(folder.resolve("photos"), 8);
    pretrained = folder.resolve("pretrained");
    assertThat(train("pretrain", pretrained, "--recipe=tiny-64").status()).isZero();
  }

  @Test
  void ofARecipeInImagePassesCountsEpochsOfItsImagesAndGoesOn() throws IOException {
    var out = folder.resolve("passes");
    var passes =
        SMALL
            .replace("epochs: 2", "image_passes: 45")
            .replace("warmup_epochs: 1", "warmup_share: 0.25");
    var run =
        CommandRun.of(
            "pretrain",
            "--data=" + folder.resolve("photos"),
            "--recipe=tiny-64",
            "--set=" + passes,
            "--out=" + out);
    assertThat(run.complaints()).isEmpty();
    assertThat(run.out()).contains("45 image passes of 16 images: 3 epochs, 0.750 of them warm-up");
    var record = RecordFile.read(out).orElseThrow();
    assertThat(record.getTotalSteps()).isEqualTo(3 * 16 / 4);
    assertThat(record.getExperiment().getTraining().getEpochs()).isEqualTo(3);
    var resumed =
        CommandRun.of(
            "pretrain",
            "--data=" + folder.resolve("photos"),
            "--recipe=tiny-64",
            "--set=" + passes,
            "--out=" + out,
            "--resume");
    assertThat(resumed.status()).isZero();
  }

  @Test
  void isLeftAsItIsByARunOfAnotherKind() throws IOException {
    var before = contents(pretrained);
    var resumed = CommandRun.of("finetune", "--out=" + pretrained, "--resume");
    assertThat(resumed.status()).isEqualTo(2);
    assertThat(resumed.err()).contains("holds a run of `pretrain`");
    var again = train("pretrain", pretrained, "--recipe=tiny-64");
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).contains("--resume").contains("--overwrite");
    var demo = CommandRun.of("demo", "--out=" + pretrained, "--overwrite");
    assertThat(demo.status()).isEqualTo(2);
    assertThat(demo.err()).contains("holds a run that is no comparison");
    assertThat(contents(pretrained)).isEqualTo(before);
  }

  @Test
  void isNotMadeByACommandThatIsRefused() throws IOException {
    var parent = folder.resolve("refused");
    var out = parent.resolve("run");
    var otherEncoder = "model { encoder { width: 24 } }";
    var misfit =
        train(
            "finetune", out, "--recipe=tiny-64", "--weights=" + pretrained, "--set", otherEncoder);
    assertThat(misfit.status()).isEqualTo(2);
    assertThat(misfit.err()).contains("does not fit the model");
    var missing = train("finetune", out, "--weights=" + folder.resolve("nothing"));
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err()).contains("there are no weights at");
    assertThat(parent).doesNotExist();
  }

  @Test
  void isOfOneProtocolAsTheRecipeIs() {
    var out = folder.resolve("mislabelled");
    var finetune = train("finetune", out, "--from-scratch", "--recipe=tiny-64/pretrain");
    assertThat(finetune.status()).isEqualTo(2);
    assertThat(finetune.err())
        .contains("tiny-64/pretrain is a recipe for pretrain, not for scratch");
    var pretrain = train("pretrain", out, "--recipe=tiny-64/finetune");
    assertThat(pretrain.status()).isEqualTo(2);
    assertThat(pretrain.err()).contains("tiny-64/finetune is a recipe for finetune or scratch");
    var probe = train("linear-probe", out, "--weights=" + pretrained, "--recipe=tiny-64/partial");
    assertThat(probe.status()).isEqualTo(2);
    assertThat(probe.err()).contains("is a recipe for partial, not for linear-probe");
    assertThat(out).doesNotExist();
  }

  @Test
  void isWrittenByOneProcessAtATime() throws IOException {
    var out = folder.resolve("busy");
    var shards = folder.resolve("busy-shards");
    try (var run = FolderLock.of(out);
        var conversion = FolderLock.of(shards)) {
      assertThat(run).isNotEqualTo(conversion);
      var training = train("pretrain", out, "--recipe=tiny-64");
      assertThat(training.status()).isEqualTo(1);
      assertThat(training.err()).contains(out + " is being written by another process");
      var export = CommandRun.of("export", pretrained.toString(), "--out=" + out);
      assertThat(export.err()).contains("is being written by another process");
      var convert =
          CommandRun.of(
              "data",
              "convert",
              folder.resolve("photos").toString(),
              "--to=tar",
              "--out=" + shards);
      assertThat(convert.err()).contains("is being written by another process");
    }
    assertThat(out).doesNotExist();
    assertThat(shards).doesNotExist();
  }

  @Test
  void thatAnotherProcessTrainsInIsLeftAloneAndSaidToBeRunning() throws Exception {
    var out = folder.resolve("taken");
    var process =
        MaeProcess.start(
            folder.resolve("taken.txt"),
            "pretrain",
            "--recipe=demo",
            "--epochs=5000",
            "--checkpoint-every=100000",
            "--threads=1",
            "--out=" + out);
    try {
      process.await(() -> Files.exists(out.resolve("log.jsonl")));
      for (var how : List.of("--resume", "--overwrite")) {
        var second = train("pretrain", out, "--recipe=demo", how);
        assertThat(second.status()).as(how).isEqualTo(1);
        assertThat(second.err())
            .contains(out + " is being written by another process (" + process.pid() + ")");
      }
      process.await(() -> size(out.resolve("log.jsonl")) > 0);
      // As far as its log has come: there is no checkpoint yet.
      assertThat(CommandRun.of("runs", folder.toString()).out())
          .containsPattern("taken +running [1-9][0-9,]*/[0-9,]+ .* loss 0\\.");
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.kill();
    }
    // Killed before its first checkpoint; what it was begun with is in its record.
    var other = CommandRun.of("pretrain", "--out=" + out, "--resume", "--recipe=tiny-64");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err())
        .contains(out + " cannot go on: of the recipe model.image.height is 64, was 28");
  }

  private static long size(Path file) {
    return file.toFile().length();
  }

  @Test
  void isInspectedByItsOwnRecord() {
    var inspected = CommandRun.of("inspect", pretrained.toString());
    assertThat(inspected.status()).isZero();
    assertThat(inspected.out())
        .contains("pretrain by tiny-64/pretrain, recorded at step")
        .contains("heads 2")
        .contains("normalised pixels")
        .contains("can be      fine-tuned: mae finetune --weights " + pretrained)
        .doesNotContain("assumed", "not told", "heads ?");
  }

  @Test
  void withForeignFilesIsRefusedAndWithARunStartedOverWhenAsked() throws IOException {
    var out = Files.createDirectories(folder.resolve("mine"));
    var notes = Files.writeString(out.resolve("notes.txt"), "mine");
    for (var more : List.of("--threads=1", "--overwrite")) {
      var run = train("pretrain", out, "--recipe=tiny-64", more);
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).contains("files that no run wrote (notes.txt)");
    }
    Files.delete(notes);
    assertThat(train("pretrain", out, "--recipe=tiny-64").status()).isZero();
    Files.writeString(notes, "mine");
    var over = train("pretrain", out, "--recipe=tiny-64", "--overwrite", "--seed=7");
    assertThat(over.complaints()).isEmpty();
    assertThat(over.status()).isZero();
    assertThat(RecordFile.read(out).orElseThrow().getExperiment().getTraining().getSeed())
        .isEqualTo(7);
    assertThat(notes).hasContent("mine");
  }

  @Test
  void ofAFinishedRunKeepsItsTimesAndSpeedWhenResumed() throws IOException {
    var out = folder.resolve("finished");
    assertThat(train("pretrain", out, "--recipe=tiny-64").status()).isZero();
    var before = RecordFile.read(out).orElseThrow();
    assertThat(before.getSteps()).isEqualTo(before.getTotalSteps()).isPositive();
    var earlier = before.toBuilder();
    earlier
        .getProvenanceBuilder()
        .setStarted("2026-01-02T03:04:05Z")
        .setFinished("2026-01-02T04:04:05Z");
    RecordFile.write(earlier.build(), out);
    assertThat(CommandRun.of("pretrain", "--out=" + out, "--resume").status()).isZero();
    var after = RecordFile.read(out).orElseThrow();
    assertThat(after.getProvenance().getStarted()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(after.getProvenance().getFinished()).isEqualTo("2026-01-02T04:04:05Z");
    assertThat(after.getSeconds()).isEqualTo(before.getSeconds());
    assertThat(after.getImagesPerSecond()).isEqualTo(before.getImagesPerSecond());
  }

  @Test
  void namesTheCommandLineAndTheCommitThatThisWasBuiltFrom() throws Exception {
    var provenance = RecordFile.read(pretrained).orElseThrow().getProvenance();
    assertThat(provenance.getCommandLine()).startsWith("mae pretrain --data=");
    var git = new ProcessBuilder("git", "rev-parse", "HEAD").start();
    var head = new String(git.getInputStream().readAllBytes(), UTF_8);
    assumeTrue(git.waitFor() == 0, "skipped: this is no git repository");
    assertThat(provenance.getCodeCommit()).isNotEmpty();
    assertThat(head).startsWith(provenance.getCodeCommit().replace("-changed", ""));
  }

  @Test
  void asWeightsBringsItsFamilyAndGeometry() throws IOException {
    var out = folder.resolve("family");
    var run =
        train("linear-probe", out, "--weights=" + pretrained, "--set", "training { epochs: 2 }");
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    var record = RecordFile.read(out).orElseThrow();
    assertThat(record.getRecipe()).isEqualTo("tiny-64/linear-probe");
    assertThat(record.getExperiment().getModel().getEncoder().getWidth()).isEqualTo(16);
  }

  @Test
  void isNotLookedForDataBeforeTheWeightsAreKnownToFit() {
    var other = "model { encoder { width: 24 } }";
    var run =
        CommandRun.of(
            "finetune",
            "--recipe=tiny-64",
            "--set",
            other,
            "--weights=" + pretrained,
            "--data=" + folder.resolve("nowhere"),
            "--out=" + folder.resolve("unfit"));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("does not fit the model: ")
        .contains("--verbose lists every name")
        .doesNotContain("nowhere");
    assertThat(run.err().lines()).hasSizeLessThanOrEqualTo(10);
    assertThat(run.err()).hasSizeLessThan(800);
  }

  @Test
  void ofAShortenedRunHasItsWarmUpInProportion() throws IOException {
    var out = folder.resolve("short");
    var run =
        CommandRun.of(
            "pretrain",
            "--data=" + folder.resolve("photos"),
            "--recipe=tiny-64",
            "--set",
            "model { encoder { width: 16 depth: 1 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
                + " training { batch_size: 4 }",
            "--epochs=2",
            "--out=" + out);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith(
            "mae: note: 16 images, 2 epochs of 4 updates of 4: 32 image passes are too few");
    assertThat(run.out())
        .contains(
            "2 epochs instead of the 720,000 image passes of tiny-64/pretrain, 0.0833 of them warm-up");
    var training = RecordFile.read(out).orElseThrow().getExperiment().getTraining();
    assertThat(training.getEpochs()).isEqualTo(2);
    assertThat(training.getWarmupEpochs()).isCloseTo(2.0 * 2 / 48, within(1e-6));
    assertThat(CommandRun.of("pretrain", "--epochs=0").err())
        .contains("--epochs 0 must be at least 1");
  }

  @Test
  void ofSeveralSeedsHoldsEachRunAndGoesOnWithThoseThatAreMissing() throws IOException {
    var out = folder.resolve("seeds");
    String[] more = {"--weights=" + pretrained, "--labels=8", "--seeds=2", "--resume"};
    var first = train("finetune", out, "--weights=" + pretrained, "--labels=8", "--seeds=2");
    assertThat(first.err()).isEmpty();
    assertThat(first.status()).isZero();
    assertThat(first.out())
        .contains("seed 0, 8 labels: ")
        .contains("seed 1, 8 labels: ")
        .contains("the mean of 2 runs");
    assertThat(out.resolve("report.html")).content().contains("2 runs");
    var kept = RecordFile.read(out.resolve("cells/fine-tuning/8-labels/seed-0")).orElseThrow();
    assertThat(kept.getProvenance().getCommandLine()).startsWith("mae finetune --data=");

    Deletion.of(out.resolve("cells/fine-tuning/8-labels/seed-1"));
    var again = train("finetune", out, more);
    assertThat(again.status()).as(again.err()).isZero();
    assertThat(again.out()).doesNotContain("seed 0, ").contains("seed 1, 8 labels: ");
    var without = train("finetune", out, "--weights=" + pretrained, "--seeds=2");
    assertThat(without.status()).isEqualTo(2);
    assertThat(without.err()).contains("already holds runs of several seeds; go on with --resume;");
    var single = train("finetune", pretrained, "--weights=" + pretrained, "--seeds=2", "--resume");
    assertThat(single.err()).contains("holds a run; go on with --resume and without --seeds");
    for (var user :
        List.of("export", "calibrate", "robustness", "classify", "finetune", "inspect")) {
      assertNoModel(user, out);
    }
  }

  /** Whoever uses a model is told that none was kept, and how to have one. */
  private void assertNoModel(String user, Path seeds) {
    var run =
        switch (user) {
          case "export" -> CommandRun.of(user, seeds.toString(), "--out=" + folder.resolve("x"));
          case "inspect" -> CommandRun.of(user, seeds.toString());
          case "classify" -> CommandRun.of(user, seeds.toString(), "some.jpg");
          case "finetune" -> train(user, folder.resolve("next"), "--weights=" + seeds);
          default -> CommandRun.of(user, seeds.toString(), "--data=fashion-mnist");
        };
    assertThat(run.status()).as(user).isEqualTo(2);
    assertThat(run.err())
        .as(user)
        .contains("holds runs of several seeds, of which only reports are kept, no model")
        .contains("the same command without --seeds, into another --out");
  }

  @Test
  void ofARunThatIsFinishedIsNotGoneOnWithAndSaysSo() throws IOException {
    var before = RecordFile.read(pretrained).orElseThrow();
    var again = CommandRun.of("pretrain", "--out=" + pretrained, "--resume");
    assertThat(again.status()).isZero();
    assertThat(again.err()).isEmpty();
    assertThat(again.out())
        .contains("all 8 steps were done already: nothing is trained")
        .contains("--epochs N and another --out")
        .doesNotContain("goes on from");
    var after = RecordFile.read(pretrained).orElseThrow();
    assertThat(after.getSteps()).isEqualTo(before.getSteps());
    assertThat(after.getProvenance().getCommandLine())
        .isEqualTo(before.getProvenance().getCommandLine());
  }

  @Test
  void thatIsReplacedByOneOfAnotherRecipeIsNoticed() throws IOException {
    var out = folder.resolve("replaced");
    assertThat(train("pretrain", out, "--recipe=tiny-64").status()).isZero();
    var again = train("pretrain", out, "--overwrite");
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err())
        .contains("without --recipe this is demo/pretrain, but the images are in colour")
        .contains("their colours are lost; for such images there is --recipe tiny-64");
    assertThat(RecordFile.read(out).orElseThrow().getRecipe()).isEqualTo("tiny-64/pretrain");
    var named = train("pretrain", folder.resolve("grey-of-photos"), "--recipe=demo");
    assertThat(named.status()).isZero();
    assertThat(named.err()).contains("note: the images are in colour").contains("colours are lost");
    var large = SMALL.replace("batch_size: 4", "batch_size: 2000");
    var grey = CommandRun.of("pretrain", "--out=" + out, "--overwrite", "--set", large);
    assertThat(grey.err())
        .contains("was of the images " + folder.resolve("photos"))
        .contains("without --data, is of fashion-mnist")
        .contains(
            "the run that this replaces was of tiny-64/pretrain; this one, without --recipe, is of demo/pretrain");
    var moved = RecordFile.read(out).orElseThrow().toBuilder();
    moved.getDataBuilder().setSpec("gone");
    RecordFile.write(moved.build(), out);
    var resumed = CommandRun.of("pretrain", "--out=" + out, "--resume");
    assertThat(resumed.status()).isEqualTo(2);
    assertThat(resumed.err()).contains("\"gone\"").contains("--data says where they lie now");
  }

  @Test
  void fromWeightsOfAnotherSizeIsToldBothSizes() {
    var out = folder.resolve("of-another-size");
    var run = train("finetune", out, "--weights=" + pretrained, "--recipe=demo");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("does not fit the model: it has width 16, 1 block, patches of 8 x 8 in colour,")
        .contains(" images of 64 x 64; the model has width 16, 1 block, patches of 7 x 7 in grey")
        .doesNotContain("interpolated");
    assertThat(run.err().lines()).hasSizeLessThan(10);
    assertThat(out).doesNotExist();
  }

  @Test
  void ofImagesThatAreFarFromTheRecipeBeginsWithANote() {
    var small =
        CommandRun.of(
            "pretrain",
            "--recipe=tiny-64",
            "--data=fashion-mnist?train=1",
            "--set",
            SMALL,
            "--out=" + folder.resolve("grey"));
    assertThat(small.status()).isZero();
    assertThat(small.err())
        .contains("note: the images are grey (28 x 28 or so) and the recipe's in colour (64 x 64)")
        .contains("there is --recipe demo");
  }

  @Test
  void ofAClassWithoutImagesBeginsWithANote() throws IOException {
    var gaps = TestImages.labelled(folder.resolve("gaps"), 8);
    TestImages.write(gaps.resolve("train/leaning"), 8, false, "leaning");
    var run =
        CommandRun.of(
            "finetune",
            "--from-scratch",
            "--recipe=tiny-64",
            "--data=" + gaps,
            "--set",
            SMALL,
            "--out=" + folder.resolve("gaps-run"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("1 of 3 classes have no evaluation image and are not in the accuracy: leaning");
  }

  @Test
  void ofAnUnfinishedRunIsExportedWithAWord() throws IOException {
    var out = folder.resolve("unfinished");
    assertThat(train("pretrain", out, "--recipe=tiny-64").status()).isZero();
    var record = RecordFile.read(out).orElseThrow();
    int steps = record.getTotalSteps();
    RecordFile.write(record.toBuilder().setTotalSteps(steps + 1).build(), out);
    var said = "-%08d is not from the end of its run, but from step %d of %d";
    var run =
        CommandRun.of("export", out.toString(), "--out=" + folder.resolve("unfinished-model"));
    assertThat(run.status()).isZero();
    assertThat(run.err()).contains(said.formatted(steps, steps, steps + 1));

    // Whoever else takes them says the same; so do weights of an earlier step of the same run.
    var tuned = train("finetune", folder.resolve("of-unfinished"), "--weights=" + out);
    assertThat(tuned.status()).as(tuned.err()).isZero();
    assertThat(tuned.err()).contains(said.formatted(steps, steps, steps + 1));
    assertThat(CommandRun.of("inspect", out.toString()).out())
        .contains("recorded at step %d of %d".formatted(steps, steps + 1));
  }

  @Test
  void rebuildsEachFileWithOtherPatchesHidden() throws IOException {
    var photo = folder.resolve("photos/val/lying/000.jpg").toString();
    var picture = folder.resolve("twice.png");
    var run =
        CommandRun.of("reconstruct", "--weights=" + pretrained, photo, photo, "--out=" + picture);
    assertThat(run.err()).isEmpty();
    var sheet = ImageIO.read(picture.toFile());
    // Headings, where there is a font; then two rows of pictures of 128 pixels with 16 between
    // them.
    int height = 128;
    int half = sheet.getHeight() - height;
    int[] above =
        sheet.getRGB(0, half - 16 - height, sheet.getWidth(), height, null, 0, sheet.getWidth());
    int[] below = sheet.getRGB(0, half, sheet.getWidth(), height, null, 0, sheet.getWidth());
    int originals = height;
    boolean sameOriginal = true;
    for (int y = 0; y < height; y++) {
      sameOriginal &=
          Arrays.equals(
              above,
              y * sheet.getWidth(),
              y * sheet.getWidth() + originals,
              below,
              y * sheet.getWidth(),
              y * sheet.getWidth() + originals);
    }
    assertThat(sameOriginal).isTrue();
    assertThat(above).isNotEqualTo(below);
  }

  private static Map<String, Long> contents(Path folder) throws IOException {
    var contents = ImmutableMap.<String, Long>builder();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted().toList()) {
        contents.put(
            folder.relativize(file).toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return contents.buildOrThrow();
  }

  private static CommandRun train(String command, Path out, String... more) {
    var args = new ArrayList<>(List.of(command, "--data=" + folder.resolve("photos")));
    args.addAll(List.of("--set", SMALL_FOR.getOrDefault(command, SMALL), "--out=" + out));
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray(String[]::new));
  }

  /** A probe's encoder is the weights'; what a command of labels changes is the training alone. */
  private static final Map<String, String> SMALL_FOR =
      Map.of(
          "linear-probe",
          "training { epochs: 2 batch_size: 4 accumulation_steps: 1 warmup_epochs: 1 }");
}
