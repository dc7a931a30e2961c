package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.record.RecordFile;
import org.maejava.savedmodel.SavedModel;

/** Every command on real JPEGs of several sizes, with a network that trains in seconds. */
@DisplayName("On a folder of photographs, the command")
class CommandsIT {

  private static final String SMALL =
      "model { encoder { width: 32 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 12 batch_size: 8 warmup_epochs: 1 }";

  @TempDir private static Path folder;
  private static CommandRun pretraining;

  @BeforeAll
  static void pretrains() throws IOException {
    TestImages.labelled(folder.resolve("photos"), 24);
    // A recipe for batches of hundreds moves too little with batches of eight.
    pretraining = run("pretrain", "pretrained", "--set", "training { base_rate: 3e-2 }");
  }

  @Test
  void pretrainLowersTheLossAndWritesWhatItSays() throws IOException {
    assertThat(pretraining.complaints()).isEmpty();
    assertThat(pretraining.status()).isZero();
    assertThat(pretraining.out()).contains("TensorFlow 2.18").contains("The loss fell from");
    var record = RecordFile.read(folder.resolve("pretrained")).orElseThrow();
    var curve = record.getCurveList();
    assertThat(curve.get(curve.size() - 1).getLoss()).isLessThan(0.9 * curve.get(0).getLoss());
    assertThat(record.getData().getTrainingImages()).isEqualTo(48);
    assertThat(folder.resolve("pretrained/report.html")).isNotEmptyFile();
    assertThat(folder.resolve("pretrained/report.json")).isNotEmptyFile();
    assertThat(ImageIO.read(folder.resolve("pretrained/reconstruction.png").toFile())).isNotNull();
    assertThat(Files.readAllLines(folder.resolve("pretrained/log.jsonl"))).hasSize(curve.size());
  }

  @Test
  void aRunOfOneStepSaysTheLossAndNoChange() throws IOException {
    var one = "training { epochs: 1 batch_size: 48 warmup_epochs: 0 }";
    var run = run("pretrain", "one-step", "--set=" + one);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).containsPattern("The loss is [0-9.]+ after 1 epoch");
  }

  @ParameterizedTest
  @CsvSource({
    "finetune, ''",
    "partial, --blocks=1",
    "partial, --blocks=0.5",
    "linear-probe, ''",
    "attentive-probe, ''",
    "finetune, --labels=16"
  })
  void classifiesTheHeldOutImages(String command, String option) throws IOException {
    var out = command + option;
    var more = new ArrayList<>(List.of("--weights", folder.resolve("pretrained").toString()));
    if (!option.isEmpty()) {
      more.add(option);
    }
    var run = run(command, out, more.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    var record = RecordFile.read(folder.resolve(out)).orElseThrow();
    assertThat(record.getEvaluation().getImages()).isEqualTo(48);
    assertThat(record.getInitialWeights()).contains("pretrained");
    assertThat(record.getTrainedParameters())
        .isLessThanOrEqualTo(record.getParameters())
        .isPositive();
    assertThat(run.out()).contains("of 48 evaluation images are right");
    if (command.equals("partial")) {
      var part = option.endsWith("0.5") ? "½ block (MLP of the last block)" : "1 block";
      assertThat(run.out()).contains("partial fine-tuning (Figure 9): " + part);
      var title = "Partial fine-tuning, " + part;
      assertThat(folder.resolve(out).resolve("report.md")).content().startsWith("# " + title);
      assertThat(CommandRun.of("runs", folder.resolve(out).toString()).out()).contains(title);
    }
  }

  @Test
  void trainsFromScratchAndExportsAClassifier() throws IOException {
    assertThat(run("finetune", "scratch", "--from-scratch").status()).isZero();
    var model = folder.resolve("model");
    var export =
        CommandRun.of("export", folder.resolve("scratch").toString(), "--out", model.toString());
    assertThat(export.err()).isEmpty();
    assertThat(export.status()).isZero();
    try (var loaded = SavedModel.open(model)) {
      assertThat(loaded.classes()).containsExactly("lying", "standing");
      var result = loaded.classify(new float[3][64 * 64 * 3]);
      assertThat(result.probabilities()).hasDimensions(3, 2);
    }
  }

  @Test
  void exportsAnEncoderThatGivesFeatures() throws IOException {
    var model = folder.resolve("encoder");
    var export =
        CommandRun.of("export", folder.resolve("pretrained").toString(), "--out", model.toString());
    assertThat(export.err()).isEmpty();
    try (var loaded = SavedModel.open(model)) {
      assertThat(loaded.features(new float[2][64 * 64 * 3])).hasDimensions(2, 32);
    }
  }

  @Test
  void reconstructDrawsFourPicturesInARow() throws IOException {
    var picture = folder.resolve("deep/rebuilt.png");
    var run =
        CommandRun.of(
            "reconstruct",
            "--weights",
            folder.resolve("pretrained").toString(),
            folder.resolve("photos/val/lying/000.jpg").toString(),
            "--out",
            picture.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).doesNotContain("drawn");
    var image = ImageIO.read(picture.toFile());
    assertThat(image.getWidth()).isEqualTo(4 * 128 + 3 * 4);
  }

  @Test
  void reconstructSaysHowManyOfAFolderItDraws() {
    var photos = folder.resolve("photos").toString();
    var run =
        CommandRun.of(
            "reconstruct",
            "--weights=" + folder.resolve("pretrained"),
            photos,
            "--count=4",
            "--out=" + folder.resolve("few.png"));
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .endsWith(
            "%s: 4 of 48 images drawn, spread over the classes; --count N draws more%n"
                .formatted(photos));
  }

  /** Pre-trained at 64 x 64; from a run's folder, an exported model, and its weights alone. */
  @ParameterizedTest
  @CsvSource({"96, 96", "48, 96"})
  void goesOnAtAnotherImageSize(int height, int width) throws IOException {
    var size = "model { image { height: %d width: %d } }".formatted(height, width);
    var pretrained = folder.resolve("pretrained");
    var model = folder.resolve("sized-model" + height);
    CommandRun.of("export", pretrained.toString(), "--out", model.toString());
    var weights = List.of(pretrained, model, model.resolve("weights.safetensors"));
    for (int i = 0; i < weights.size(); i++) {
      var out = "sized%d-%d".formatted(height, i);
      var run = run("finetune", out, "--weights", weights.get(i).toString(), "--set", size);
      // The photographs are 40 to 80 pixels wide.
      assertThat(run.err().lines()).allMatch(line -> line.startsWith("mae: note: the images are"));
      assertThat(run.status()).isZero();
      var record = RecordFile.read(folder.resolve(out)).orElseThrow();
      assertThat(record.getExperiment().getModel().getImage().getHeight()).isEqualTo(height);
      assertThat(record.getEvaluation().getImages()).isEqualTo(48);
    }
    var picture = folder.resolve("sized" + height + ".png");
    var rebuilt =
        CommandRun.of(
            "reconstruct",
            "--weights",
            model.toString(),
            "--set",
            size,
            folder.resolve("photos/val/lying/000.jpg").toString(),
            "--out",
            picture.toString());
    assertThat(rebuilt.err()).isEmpty();
    assertThat(rebuilt.status()).isZero();
    assertThat(ImageIO.read(picture.toFile())).isNotNull();
  }

  /** Each switch of the paper as a user would type it: trained, written, rebuilt, exported. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pca|model { pca { coefficients: 20 sample_images: 40 } }",
        "block|model { block_masking {} mask_ratio: 0.5 }",
        "grid|model { grid_masking {} }",
        "given|model { given_masking { hidden: [0, 9, 18, 27] } mask_ratio: 0.06 }",
        "all|model { loss_on_all_patches {} mask_ratio: 0 }",
        "tokens|model { encoder_mask_tokens {} normalised_pixels {} }",
        "bfloat16|training { bfloat16 {} }",
        "average|training { weight_average { decay: 0.9 } gradient_clip { max_norm: 1 } }",
        "sgd|training { sgd { momentum: 0.9 } base_rate: 0.1 }",
        "shape|model { image { height: 48 width: 96 } patch { height: 8 width: 12 } }"
      })
  void takesEverySwitchOfTheRecipe(String name, String change) throws IOException {
    var run = run("pretrain", name, "--set", change);
    assertThat(run.complaints()).isEmpty();
    assertThat(run.status()).isZero();
    var curve = RecordFile.read(folder.resolve(name)).orElseThrow().getCurveList();
    assertThat(curve.get(curve.size() - 1).getLoss()).isLessThan(curve.get(0).getLoss());

    var model = folder.resolve(name + "-model");
    var export =
        CommandRun.of("export", folder.resolve(name).toString(), "--out", model.toString());
    assertThat(export.err()).isEmpty();
    var picture = folder.resolve(name + ".png");
    var rebuilt =
        CommandRun.of(
            "reconstruct",
            "--weights",
            folder.resolve(name).toString(),
            folder.resolve("photos").toString(),
            "--out",
            picture.toString());
    assertThat(rebuilt.err()).isEmpty();
    assertThat(ImageIO.read(picture.toFile())).isNotNull();
  }

  /**
   * An absurd rate: the run stops, says where it was last good, and goes on from a checkpoint
   * before.
   */
  @Test
  void aRunThatDivergesIsStoppedAndGoesOnFromAnEarlierCheckpoint() throws IOException {
    var diverging = "training { base_rate: 1e6 weight_decay: 1000 warmup_epochs: 11 }";
    var run =
        run(
            "pretrain",
            "diverged",
            "--set",
            diverging,
            "--checkpoint-every=1",
            "--keep-checkpoints=99");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("its batch is kept as")
        .containsPattern("last good checkpoint is that of step \\d+")
        .containsPattern("go on at half the rate with: mae pretrain --out .* --rewind \\d+");

    var out = folder.resolve("diverged").toString();
    var missing = CommandRun.of("pretrain", "--out", out, "--rewind", "77");
    assertThat(missing.err()).contains("no checkpoint of step 77; there are [step-");
    var going = CommandRun.of("pretrain", "--out", out, "--rewind", "1", "--rate-scale", "1e-10");
    assertThat(going.err()).isEmpty();
    assertThat(going.status()).isZero();
    var record = RecordFile.read(folder.resolve("diverged")).orElseThrow();
    assertThat(record.getRewindsList())
        .singleElement()
        .satisfies(rewind -> assertThat(rewind.getRateScale()).isEqualTo(1e-10));
    assertThat(record.getCurveList()).allSatisfy(point -> assertThat(point.getLoss()).isFinite());
  }

  @Test
  void recipeDiffShowsWhereThePaperAndItsCodeDisagree() {
    var run = CommandRun.of("recipe", "diff", "b16/finetune", "b16/finetune-code");
    assertThat(run.status()).isZero();
    assertThat(run.out().lines())
        .anySatisfy(line -> assertThat(line).matches("training.base_rate +0.001 +5.0E-4"))
        .anySatisfy(line -> assertThat(line).matches("training.layer_decay +0.75 +0.65"));
    assertThat(CommandRun.of("recipe", "diff", "b16/pretrain", "b16/pretrain").out())
        .contains("no difference (fingerprint ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "pretrain",
        "finetune",
        "partial",
        "linear-probe",
        "compare",
        "ablate",
        "reconstruct",
        "export",
        "recipe"
      })
  void explainsItself(String command) {
    var run = CommandRun.of(command, "--help");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("Usage: mae " + command);
  }

  private static CommandRun run(String command, String out, String... more) {
    var args =
        new ArrayList<>(
            List.of(
                command,
                "--data",
                folder.resolve("photos").toString(),
                "--recipe",
                "tiny-64",
                "--set",
                SMALL,
                "--out",
                folder.resolve(out).toString()));
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray(String[]::new));
  }
}
