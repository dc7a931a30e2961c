package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.run.RunFolder;
import org.maejava.record.RecordFile;

@DisplayName("A run whose images are few, broken or others than before")
class ImagesOfRunsIT {

  private static final String SMALL =
      "model { encoder { width: 16 depth: 1 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 2 warmup_epochs: 1 %s }";
  private static final String PAIRS = SMALL.formatted("batch_size: 2");

  @TempDir private static Path folder;
  private static Path few;

  @BeforeAll
  static void makesAFew() throws IOException {
    few = TestImages.labelled(folder.resolve("few"), 6, 3);
  }

  @Test
  void takesUpdatesThatAFewFillAndSaysSo() throws IOException {
    var pretrained = folder.resolve("few-pretrained");
    var run = pretrain(few, pretrained, SMALL.formatted("batch_size: 64 accumulation_steps: 2"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "12 images do not fill the recipe's update of 64 x 2 images: updates are of 12 images");
    var training = RecordFile.read(pretrained).orElseThrow().getExperiment().getTraining();
    assertThat(training.getBatchSize()).isEqualTo(12);
    assertThat(training.getAccumulationSteps()).isEqualTo(1);
    var labels =
        CommandRun.of(
            "finetune",
            "--weights=" + pretrained,
            "--data=" + few,
            "--labels=6",
            "--seeds=2",
            "--set",
            "training { epochs: 2 warmup_epochs: 1 }",
            "--out=" + folder.resolve("few-finetuned"));
    assertThat(labels.status()).as(labels.err()).isZero();
    assertThat(labels.err()).contains("6 images do not fill the recipe's update of 50 images");
    assertThat(CommandRun.of("runs", folder.toString()).out())
        .containsPattern(
            "few-finetuned +finished +Fine-tuning, 6 labels, seeds: 2 +[0-9.]+ % right ±");
  }

  @Test
  void isCalledFailedWhereOneIsBrokenAndGoesOnWhenItIsRepaired() throws IOException {
    var photos = TestImages.labelled(folder.resolve("broken"), 6, 3);
    var broken = photos.resolve("train/lying/004.jpg");
    var whole = Files.readAllBytes(broken);
    Files.write(broken, Arrays.copyOf(whole, 30));
    var out = folder.resolve("failed");
    var run = pretrain(photos, out, PAIRS);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("1 of 12 images cannot be read")
        .contains("--set 'data { max_unreadable_share: 0.2 }'")
        .contains("mae pretrain --out " + out + " --resume --changed-data");
    // What was done before the image came up is kept.
    int step = new RunFolder(out).latest().orElseThrow().state().getStep();
    assertThat(step).isPositive();
    assertThat(CommandRun.of("runs", folder.toString()).out())
        .containsPattern("failed +failed " + step + "/12 .* 1 of 12 images cannot be read");

    Files.write(broken, whole);
    var refused = CommandRun.of("pretrain", "--out=" + out, "--resume");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .contains("12 for training and 6 for evaluation, as before, but names or sizes are others")
        .contains("add --changed-data");
    var resumed = CommandRun.of("pretrain", "--out=" + out, "--resume", "--changed-data");
    assertThat(resumed.status()).as(resumed.err()).isZero();
    var record = RecordFile.read(out).orElseThrow();
    assertThat(record.getFailure()).isEmpty();
    assertThat(record.getUnreadableCount()).isZero();
    assertThat(record.getDataChanges(0).getStep()).isEqualTo(step);
    assertThat(Files.readString(out.resolve(RunFolder.REPORT), UTF_8)).contains("Images changed");
    assertThat(CommandRun.of("pretrain", "--out=" + out, "--resume").status()).isZero();
    assertThat(RecordFile.read(out).orElseThrow().getDataChangesCount()).isEqualTo(1);
  }

  @Test
  void goesOnWithTheShareThatItsMessageSuggestsAndIsTheSameAsOneThatHadItFromTheStart()
      throws IOException {
    var photos = TestImages.labelled(folder.resolve("tolerated"), 6, 3);
    var broken = photos.resolve("train/lying/004.jpg");
    Files.write(broken, Arrays.copyOf(Files.readAllBytes(broken), 30));
    var out = folder.resolve("raised");
    assertThat(pretrain(photos, out, PAIRS).status()).isEqualTo(1);
    var share = "data { max_unreadable_share: 0.2 }";
    var resumed = CommandRun.of("pretrain", "--out=" + out, "--resume", "--set", share);
    assertThat(resumed.status()).as(resumed.err()).isZero();
    var straight = folder.resolve("straight");
    assertThat(pretrain(photos, straight, PAIRS, "--set", share).status()).isZero();
    for (var run : List.of(out, straight)) {
      assertThat(RecordFile.read(run).orElseThrow().getUnreadableCount()).isEqualTo(1);
    }
    assertThat(weights(out)).isEqualTo(weights(straight));
  }

  @Test
  void thatIsRefusedIsToldWhatDiffers() throws IOException {
    var out = folder.resolve("begun");
    assertThat(pretrain(few, out, PAIRS).status()).isZero();
    var other =
        CommandRun.of(
            "pretrain",
            "--out=" + out,
            "--resume",
            "--epochs=3",
            "--set",
            "training { batch_size: 4 }",
            "--data=" + few.resolve("val"));
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err())
        .contains("training.epochs is 3, was 2")
        .contains("training.batch_size is 4, was 2")
        .contains("leave --recipe, --set, --epochs and --seed out")
        .contains("has 6 for training and 0 for evaluation, and " + few + " had 12 for training");
    // Whether or not it would be a recipe at all.
    var fewer =
        CommandRun.of(
            "pretrain", "--out=" + out, "--resume", "--seed=7", "--set=training { epochs: 1 }");
    assertThat(fewer.status()).isEqualTo(2);
    assertThat(fewer.err())
        .contains(out + " cannot go on: of the recipe training.epochs is 1, was 2")
        .contains("training.seed is 7, was 0")
        .contains("or start over with --overwrite");
    var before = RecordFile.read(out).orElseThrow();
    var finished =
        CommandRun.of(
            "pretrain",
            "--out=" + out,
            "--resume",
            "--changed-data",
            "--data=" + few.resolve("val"));
    assertThat(finished.status()).isEqualTo(2);
    assertThat(finished.err()).contains("all 12 steps were done, and with other images nothing");
    assertThat(RecordFile.read(out)).contains(before);
  }

  private static byte[] weights(Path run) throws IOException {
    var checkpoint = new RunFolder(run).latest().orElseThrow();
    return Files.readAllBytes(checkpoint.folder().resolve("weights.safetensors"));
  }

  private static CommandRun pretrain(Path photos, Path out, String changes, String... more) {
    var words = new ArrayList<String>();
    words.add("pretrain");
    words.add("--recipe=tiny-64");
    words.add("--data=" + photos);
    words.add("--out=" + out);
    words.add("--set=" + changes);
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(String[]::new));
  }
}
