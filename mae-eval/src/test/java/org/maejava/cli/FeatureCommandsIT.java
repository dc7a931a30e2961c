package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.proto.CellRecord;
import org.maejava.eval.proto.SegmentationRecord;
import org.maejava.eval.run.Weights;
import org.maejava.record.RecordFile;

/** Frozen features of real JPEGs, those of a network that trained for seconds. */
@DisplayName("On frozen features, the command")
class FeatureCommandsIT {

  private static final String SMALL =
      "model { encoder { width: 32 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 4 batch_size: 8 warmup_epochs: 1 }";

  @TempDir private static Path folder;

  @BeforeAll
  static void pretrains() throws IOException {
    TestImages.labelled(folder.resolve("photos"), 24);
    var run =
        CommandRun.of(
            "pretrain",
            "--data=" + folder.resolve("photos"),
            "--recipe=small-32",
            "--set=" + SMALL,
            "--out=" + folder.resolve("pretrained"));
    assertThat(run.status()).as(run.err()).isZero();
  }

  private static CommandRun run(String command, Path data, String out, String... more) {
    var words =
        new ArrayList<>(
            List.of(
                command,
                "--weights=" + folder.resolve("pretrained"),
                "--data=" + data,
                "--out=" + folder.resolve(out)));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(String[]::new));
  }

  private static CellRecord cell(Path file) throws IOException {
    var cell = CellRecord.newBuilder();
    JsonFormat.parser().merge(Files.readString(file.resolve("cell.json")), cell);
    return cell.build();
  }

  @Test
  void knnHasARowForEachNumberOfNeighbours() throws IOException {
    var run = run("knn", folder.resolve("photos"), "knn", "--neighbours=1,5,100,1000");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("k-NN, k = 1 ").contains("k-NN, k = 5");
    assertThat(run.err())
        .contains("of 48 labelled images no more can vote: k = 48 stands for k = 100, 1000");
    var cells = folder.resolve("knn/cells");
    var five = cells.resolve("k-nn-k-5/all-labels/seed-0");
    var record = RecordFile.read(five).orElseThrow();
    assertThat(record.getCommand()).isEqualTo("knn");
    assertThat(record.getEvaluation().getImages()).isEqualTo(48);
    // Stripes of two directions are told apart by hardly trained features too.
    assertThat(record.getEvaluation().getAccuracy()).isGreaterThan(0.6);
    assertThat(record.getFrozenParameters()).isPositive();
    assertThat(record.getTrainedParameters()).isZero();
    assertThat(cell(five).getImages()).isEqualTo(48);
    assertThat(folder.resolve("knn/report.html")).isNotEmptyFile();
    // All 48 vote, 24 of each class; there is no other row of them.
    assertThat(RecordFile.read(cells.resolve("k-nn-k-48/all-labels/seed-0"))).isPresent();
    try (var rows = Files.list(cells)) {
      assertThat(rows).hasSize(3);
    }

    var again = run("knn", folder.resolve("photos"), "knn", "--neighbours=1,5,100,1000");
    assertThat(again.out()).contains("3 cells, 0 of them to be run");
  }

  @Test
  void featuresAreComputedOnceForAModelAndView() throws IOException {
    var photos = folder.resolve("photos");
    assertThat(run("knn", photos, "once/knn", "--neighbours=5").status()).isZero();
    var computed = written(folder.resolve("once/features"));
    // One file of each half: nothing but what was asked for.
    assertThat(computed).hasSize(2);
    var first = run("probe", photos, "once/probe", "--penalties=0.01");
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(written(folder.resolve("once/features"))).isEqualTo(computed);
    var probe = "probe/cells/linear-probe-l-bfgs/all-labels/seed-0";
    var answers = Files.readString(folder.resolve("once").resolve(probe).resolve("answers.jsonl"));
    var record = RecordFile.read(folder.resolve("once").resolve(probe)).orElseThrow();
    assertThat(record.getFrozenParameters()).isPositive();

    for (var file : computed.keySet()) {
      var bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
    var second = run("probe", photos, "once/again", "--penalties=0.01");
    assertThat(second.status()).as(second.err()).isZero();
    var again = folder.resolve("once").resolve(probe.replaceFirst("probe", "again"));
    assertThat(Files.readString(again.resolve("answers.jsonl"))).isEqualTo(answers);

    assertThat(run("knn", photos, "once/k", "--set=model { encoder { depth: 1 } }").status())
        .as("another model is refused, not answered from the files")
        .isEqualTo(2);
  }

  @Test
  void featuresOfOtherImagesOfTheSameNamesAndSizesAreOthers() throws IOException {
    for (int grey : new int[] {40, 200}) {
      var photos = folder.resolve("plain" + grey);
      for (var image : List.of("train/a/0.bmp", "train/b/1.bmp", "val/a/2.bmp", "val/b/3.bmp")) {
        var picture = new BufferedImage(32, 32, BufferedImage.TYPE_3BYTE_BGR);
        var pixels = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
        Arrays.fill(pixels, (byte) (grey + image.charAt(image.length() - 5)));
        var file = photos.resolve(image);
        Files.createDirectories(file.getParent());
        assertThat(ImageIO.write(picture, "bmp", file.toFile())).isTrue();
      }
      var run = run("knn", photos, "plain/knn" + grey, "--neighbours=1");
      assertThat(run.status()).as(run.err()).isZero();
    }
    // Two halves of two sets.
    assertThat(written(folder.resolve("plain/features"))).hasSize(4);
  }

  private static Map<Path, FileTime> written(Path features) throws IOException {
    var times = new TreeMap<Path, FileTime>();
    try (var files = Files.walk(features)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  @Test
  void probeChoosesThePenaltyOnHeldOutLabels() throws IOException {
    var run = run("probe", folder.resolve("photos"), "probe", "--labels=30", "--seeds=2");
    assertThat(run.status()).as(run.err()).isZero();
    var seed = folder.resolve("probe/cells/linear-probe-l-bfgs/30-labels/seed-1");
    var cell = cell(seed);
    assertThat(cell.getTrialsCount()).isEqualTo(6);
    assertThat(cell.getTrialsList())
        .allSatisfy(trial -> assertThat(trial.getImages()).isEqualTo(6));
    assertThat(cell.getVariant()).startsWith("penalty ");
    assertThat(RecordFile.read(seed).orElseThrow().getEvaluation().getAccuracy())
        .isGreaterThan(0.6);
  }

  /** Eleven of one class and a single one of another. */
  @Test
  void aClassWithOneImageCannotBeHeldOutAndTheMessageSaysWhatCan() throws IOException {
    var few = folder.resolve("few");
    TestImages.labelled(few, 11);
    for (int i = 1; i < 11; i++) {
      Files.delete(few.resolve("train/standing/%03d.jpg".formatted(i)));
    }
    var run = run("probe", few, "few-probe");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("standing (1)");
    assertThat(run("probe", few, "few-probe", "--penalties=0.01").status()).isZero();
    assertThat(run("knn", few, "few-knn").status()).isZero();
  }

  /** The encoder's bytes after training are those that it was given. */
  @Test
  void attentiveProbeTrainsPoolingAndHeadAndNothingElse() throws IOException {
    var run =
        run(
            "attentive-probe",
            folder.resolve("photos"),
            "attentive",
            "--set=training { epochs: 3 batch_size: 8 warmup_epochs: 1 }");
    assertThat(run.status()).as(run.err()).isZero();
    var record = RecordFile.read(folder.resolve("attentive")).orElseThrow();
    assertThat(record.getFrozenParameters()).isPositive();
    try (var before = Weights.open(folder.resolve("pretrained"));
        var after = Weights.open(folder.resolve("attentive"))) {
      var shapes = after.file().shapes();
      assertThat(shapes.keySet()).contains("attn_pool.latent", "attn_pool.kv.weight");
      for (var name : shapes.keySet()) {
        if (!name.startsWith("attn_pool.") && !name.startsWith("head.")) {
          assertThat(after.file().floats(name)).as(name).isEqualTo(before.file().floats(name));
        }
      }
    }
    var export = folder.resolve("attentive-model");
    var written =
        CommandRun.of("export", folder.resolve("attentive").toString(), "--out=" + export);
    assertThat(written.status()).as(written.err()).isZero();
    var classified =
        CommandRun.of("classify", export.toString(), "--data=" + folder.resolve("photos"));
    assertThat(classified.status()).as(classified.err()).isZero();
    var timm =
        CommandRun.of(
            "export", folder.resolve("attentive").toString(), "--to=timm", "--out=" + export + "2");
    assertThat(timm.status()).isNotZero();
    assertThat(timm.err()).contains("attentive pooling");
    // What others start from of it is the encoder.
    var next =
        CommandRun.of(
            "knn",
            "--weights=" + folder.resolve("attentive"),
            "--data=" + folder.resolve("photos"),
            "--out=" + folder.resolve("knn-of-attentive"));
    assertThat(next.status()).as(next.err()).isZero();
  }

  @Test
  void comparesAllOfThem() throws IOException {
    var plan = folder.resolve("frozen.textproto");
    Files.writeString(
        plan,
        """
        data: "%s"
        weights { path: "%s" }
        change { training { batch_size: 8 } }
        labels { all {} change { training { epochs: 2 } } }
        protocols { nearest_neighbours { neighbours: [1, 3] } }
        protocols { feature_probe { penalties: [0.01, 0.1] } }
        protocols { attentive_probe {} }
        search { held_out_share: 0.25 }
        """
            .formatted(folder.resolve("photos"), folder.resolve("pretrained")));
    var out = folder.resolve("compared");
    var run = CommandRun.of("compare", plan.toString(), "--out=" + out);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("k-NN")
        .contains("Linear probe, L-BFGS")
        .contains("Attentive probe");
    var cell = cell(out.resolve("cells/k-nn/all-labels/seed-0"));
    assertThat(cell.getTrialsCount()).isEqualTo(2);
    assertThat(cell.getTrials(0).getImages()).isEqualTo(12);
  }

  @Test
  void segmentTellsTheTwoHalvesOfScenesApart() throws IOException {
    var scenes = TestImages.scenes(folder.resolve("scenes"), 20);
    Files.writeString(scenes.resolve("classes.txt"), "lying\nstanding\n");
    var run =
        CommandRun.of(
            "segment",
            "--weights=" + folder.resolve("pretrained"),
            "--data=" + scenes,
            "--out=" + folder.resolve("segmentation.json"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("lying").contains("mean IoU");
    var record = segmentation("segmentation.json");
    assertThat(record.getScores().getMeanIou()).isBetween(0.7, 1.0);
    assertThat(record.getTrialsCount()).isEqualTo(4);
    assertThat(record.getTrainingImages()).isEqualTo(20);
    assertThat(record.getTrainingPatches()).isEqualTo(20 * 64);
    assertThat(record.getFrozenParameters()).isPositive();
    long pixels = record.getScores().getConfusionList().stream().mapToLong(count -> count).sum();
    assertThat(pixels).isBetween(20L * 32 * 30, 20L * 32 * 32);
  }

  @Test
  void segmentRefusesMapsThatAreOfOtherImages() throws IOException {
    var scenes = TestImages.scenes(folder.resolve("misfits"), 4);
    Files.copy(
        folder.resolve("photos/train/lying/000.jpg"),
        scenes.resolve("train/images/0.png"),
        StandardCopyOption.REPLACE_EXISTING);
    var run =
        CommandRun.of(
            "segment",
            "--weights=" + folder.resolve("pretrained"),
            "--data=" + scenes,
            "--penalties=0.01",
            "--set=data { max_unreadable_share: 0 }",
            "--out=" + folder.resolve("misfits.json"));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("0.png (its label map is 64 x").contains("1 of 4");
    assertThat(folder.resolve("misfits.json")).doesNotExist();
  }

  private static SegmentationRecord segmentation(String name) throws IOException {
    var record = SegmentationRecord.newBuilder();
    JsonFormat.parser().merge(Files.readString(folder.resolve(name)), record);
    return record.build();
  }

  @Test
  void oneClassIsRefused() throws IOException {
    var one = folder.resolve("one");
    TestImages.write(one.resolve("train/lying"), 6, true, "train");
    TestImages.write(one.resolve("val/lying"), 6, true, "val");
    var run = run("knn", one, "one-knn");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("it has one class, lying");
  }

  @Test
  void anUnreadableImageIsLeftOutCountedAndNamed() throws IOException {
    var broken = folder.resolve("broken");
    TestImages.labelled(broken, 40);
    Files.writeString(broken.resolve("train/lying/007.jpg"), "no image");
    var run =
        run(
            "knn",
            broken,
            "broken-knn",
            "--neighbours=5",
            "--set=data { max_unreadable_share: 0.05 }");
    assertThat(run.status()).as(run.err()).isZero();
    var record =
        RecordFile.read(folder.resolve("broken-knn/cells/k-nn-k-5/all-labels/seed-0"))
            .orElseThrow();
    assertThat(record.getUnreadableList())
        .singleElement()
        .satisfies(image -> assertThat(image.getName()).contains("007.jpg"));

    var strict = run("knn", broken, "strict", "--set=data { max_unreadable_share: 0 }");
    assertThat(strict.status()).isNotZero();
    assertThat(strict.err()).contains("1 of 80 images cannot be read").contains("007.jpg");
  }
}
