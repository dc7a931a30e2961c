package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(demo.err()).contains("not a demo");
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
    assertThat(missing.status()).isEqualTo(1);
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
    assertThat(over.err()).isEmpty();
    assertThat(over.status()).isZero();
    assertThat(RecordFile.read(out).orElseThrow().getExperiment().getTraining().getSeed())
        .isEqualTo(7);
    assertThat(notes).hasContent("mine");
  }

  @Test
  void ofAFinishedRunKeepsItsStartAndSpeedWhenResumed() throws IOException {
    var out = folder.resolve("finished");
    assertThat(train("pretrain", out, "--recipe=tiny-64").status()).isZero();
    var before = RecordFile.read(out).orElseThrow();
    assertThat(before.getSteps()).isEqualTo(before.getTotalSteps()).isPositive();
    var earlier = before.toBuilder();
    earlier.getProvenanceBuilder().setStarted("2026-01-02T03:04:05Z");
    RecordFile.write(earlier.build(), out);
    assertThat(CommandRun.of("pretrain", "--out=" + out, "--resume").status()).isZero();
    var after = RecordFile.read(out).orElseThrow();
    assertThat(after.getProvenance().getStarted()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(after.getSeconds()).isEqualTo(before.getSeconds());
    assertThat(after.getImagesPerSecond()).isEqualTo(before.getImagesPerSecond());
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
  void ofAnUnfinishedRunIsExportedWithAWord() throws IOException {
    var out = folder.resolve("unfinished");
    assertThat(train("pretrain", out, "--recipe=tiny-64").status()).isZero();
    var record = RecordFile.read(out).orElseThrow();
    RecordFile.write(record.toBuilder().setSteps(1).build(), out);
    var run =
        CommandRun.of("export", out.toString(), "--out=" + folder.resolve("unfinished-model"));
    assertThat(run.status()).isZero();
    assertThat(run.err())
        .contains("is not finished: it stood at step 1 of " + record.getTotalSteps());
  }

  @Test
  void rebuildsEachFileWithOtherPatchesHidden() throws IOException {
    var photo = folder.resolve("photos/val/lying/000.jpg").toString();
    var picture = folder.resolve("twice.png");
    var run =
        CommandRun.of("reconstruct", "--weights=" + pretrained, photo, photo, "--out=" + picture);
    assertThat(run.err()).isEmpty();
    var sheet = ImageIO.read(picture.toFile());
    int half = sheet.getHeight() / 2 + 12; // two rows with a gap between them
    int height = sheet.getHeight() - half;
    int[] above = sheet.getRGB(0, 0, sheet.getWidth(), height, null, 0, sheet.getWidth());
    int[] below = sheet.getRGB(0, half, sheet.getWidth(), height, null, 0, sheet.getWidth());
    int originals = sheet.getWidth() / 4;
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
