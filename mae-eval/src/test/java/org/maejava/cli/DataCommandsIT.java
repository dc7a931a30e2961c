package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.data.proto.DataSurvey;
import org.maejava.data.source.Example;
import org.maejava.data.source.IndexCache;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;

@DisplayName("On photographs, the command mae data")
class DataCommandsIT {

  @TempDir private Path folder;
  private Path photos;

  @BeforeEach
  void photographs() throws IOException {
    photos = TestImages.labelled(folder.resolve("photos"), 6);
  }

  private static CommandRun data(Object... args) {
    return CommandRun.of(
        Stream.concat(Stream.of("data"), Arrays.stream(args).map(Object::toString))
            .toArray(String[]::new));
  }

  @Test
  void verifyFindsNothingWrongWithWhatIsInOrder() {
    var run = data("verify", photos);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("training: 12 images")
        .contains("JPEG 12")
        .contains("2; 6 images of each")
        .contains("    standing: 6")
        .contains("everything is in order");
  }

  @Test
  void verifyNamesBadFilesAndImagesThatAreInBothHalves() throws IOException {
    Files.writeString(photos.resolve("train/lying/bad.png"), "no picture");
    Files.copy(photos.resolve("train/lying/000.jpg"), photos.resolve("val/standing/leak.jpg"));
    Files.copy(photos.resolve("train/lying/001.jpg"), photos.resolve("train/lying/twice.jpg"));
    var run = data("verify", photos);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("train/lying/bad.png: ")
        .contains("in both halves: 1 image\n")
        .contains("train/lying/000.jpg = val/standing/leak.jpg")
        .contains("2; fewest standing (6), most lying (8)")
        .containsPattern("duplicates +1\\n +train/lying/twice.jpg = train/lying/001.jpg\\n")
        .endsWith("wrong: 1 image cannot be read; 1 image in both halves\n");
  }

  /** Files of the same pixels, whatever their formats. */
  @Test
  void verifyNamesImagesThatAreInTwoClasses() throws IOException {
    var image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
    image.setRGB(4, 3, 0x4080C0);
    ImageIO.write(image, "png", photos.resolve("train/lying/same.png").toFile());
    ImageIO.write(image, "bmp", photos.resolve("train/standing/same.bmp").toFile());
    var run = data("verify", photos);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("    train/standing/same.bmp = train/lying/same.png, of another class\n")
        .endsWith("wrong: 1 image in another class too\n");
  }

  /** As on a disk that took capitals for small letters; a training would refuse it. */
  @Test
  void verifySaysWhereTheHalvesHaveOtherClasses() throws IOException {
    Files.move(photos.resolve("val/lying"), photos.resolve("val/Lying"));
    var run = data("verify", photos);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .endsWith(
            "wrong: the classes of training and evaluation differ: only in training [lying], only in"
                + " evaluation [Lying]\n");
  }

  @Test
  void verifyNamesClassesWithoutImages() throws IOException {
    Files.createDirectories(photos.resolve("train/leer/deeper"));
    Files.createDirectories(photos.resolve("train/.hidden"));
    var run = data("verify", photos);
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .containsOnlyOnce("  empty       1 class without images\n    leer\n")
        .endsWith(
            """
            1 class has no images and is left out in training: see empty above
            the rest is in order
            """);
    var survey = DataSurvey.newBuilder();
    JsonFormat.parser().merge(data("verify", photos, "--json").out(), survey);
    assertThat(survey.getTraining().getEmptyClassesList()).containsExactly("leer");
    assertThat(survey.getTraining().getClassesCount()).isEqualTo(2);
    // An image in it, however deep, makes it a class.
    Files.copy(photos.resolve("train/lying/000.jpg"), photos.resolve("train/leer/deeper/1.jpg"));
    assertThat(data("verify", photos).out()).doesNotContain("empty").contains("    leer: 1\n");
  }

  @Test
  void verifyDoesNotCallInOrderWhatMayBeDamaged() throws IOException {
    var jpeg = Files.readAllBytes(photos.resolve("train/lying/000.jpg"));
    // A comment, which no decoder looks into.
    var segment = new byte[] {jpeg[0], jpeg[1], (byte) 0xFF, (byte) 0xFE, 3, 0};
    var whole = new ByteArrayOutputStream();
    whole.write(segment);
    whole.write(new byte[3 * 256 - 2]);
    whole.write(jpeg, 2, jpeg.length - 2);
    Files.write(photos.resolve("train/lying/zeros.jpg"), whole.toByteArray());
    Files.delete(photos.resolve("train/lying/000.jpg"));
    var run = data("verify", photos);
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("zeroed      1 with 512 zeros or more")
        .endsWith("1 image may be damaged: see zeroed above\nthe rest is in order\n");
  }

  @Test
  void verifySaysEverythingAsJson() throws IOException {
    Files.writeString(photos.resolve("train/lying/bad.png"), "no picture");
    var run = data("verify", photos, "--json");
    assertThat(run.status()).isEqualTo(1);
    var survey = DataSurvey.newBuilder();
    JsonFormat.parser().merge(run.out(), survey);
    assertThat(survey.getTraining().getImages()).isEqualTo(13);
    assertThat(survey.getTraining().getFormatsMap()).containsEntry("JPEG", 12);
    assertThat(survey.getTraining().getUnreadable(0).getName()).isEqualTo("train/lying/bad.png");
    assertThat(survey.getTraining().getWidth().getSmallest()).isBetween(40, 80);
    assertThat(survey.getEvaluation().getClasses(1).getName()).isEqualTo("standing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-64/pretrain", "tiny-64/finetune", "ti16/finetune"})
  void previewDrawsARowForEachImage(String recipe) throws IOException {
    Files.writeString(photos.resolve("train/lying/000.jpg"), "no picture");
    var sheet = folder.resolve("deep/sheet.png");
    var run =
        data("preview", photos, "--recipe", recipe, "--count", 4, "--draws", 3, "--out", sheet);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("  3  train/standing/").doesNotContain("lying/000.jpg");
    var image = ImageIO.read(sheet.toFile());
    int columns = recipe.endsWith("pretrain") ? 5 : 4;
    int side = (image.getWidth() + 4) / columns - 4;
    assertThat(image.getWidth()).isEqualTo(columns * side + (columns - 1) * 4);
    // Three rows below headings, which a Java without a font leaves out.
    assertThat(image.getHeight() - 3 * side - 2 * 16).isBetween(0, side / 2);
  }

  /** A transparent image's colours are black; the recipe's background shows in every column. */
  @Test
  void previewTakesTransparencyAsTheRecipeSays() throws IOException {
    var transparent = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
    var image = folder.resolve("transparent.png");
    ImageIO.write(transparent, "png", image.toFile());
    assertThat(previewed(image)).containsOnly(0x000000);
    assertThat(previewed(image, "--set", "data { alpha_background { red: 255 green: 0 blue: 0 } }"))
        .containsOnly(0xff0000);
  }

  /** The first two pictures of a sheet: the image as it is, and a draw; the colour of each. */
  private List<Integer> previewed(Path image, String... set) throws IOException {
    var sheet = folder.resolve("sheet.png");
    var arguments =
        Stream.of(
            "preview",
            image,
            "--recipe",
            "tiny-64/pretrain",
            "--draws",
            1,
            "--out",
            sheet,
            "--overwrite");
    var run = data(Stream.concat(arguments, Arrays.stream(set)).toArray());
    assertThat(run.err()).isEmpty();
    var pixels = ImageIO.read(sheet.toFile());
    int column = pixels.getWidth() / 3;
    return Stream.of(column / 2, column + column / 2)
        .map(x -> pixels.getRGB(x, pixels.getHeight() - 64) & 0xffffff)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "TFRecord"})
  void convertWritesShardsThatHoldTheSameImages(String format) throws IOException {
    var shards = folder.resolve("shards");
    var run = data("convert", photos, "--to", format, "--out", shards, "--per-shard", 5);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    try (var files = Files.list(shards)) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted())
          .contains(
              "train-00000-of-00003." + format.toLowerCase(Locale.ROOT),
              "val-00002-of-00003." + format.toLowerCase(Locale.ROOT))
          .hasSize(8);
    }
    var before = ImageSet.open(photos.toString(), IndexCache.none());
    var after = ImageSet.open(shards.toString(), IndexCache.none()).requireLabelled();
    assertThat(after.training().classes()).containsExactly("lying", "standing");
    assertThat(labelsAndBytes(after.training())).isEqualTo(labelsAndBytes(before.training()));
    assertThat(labelsAndBytes(after.evaluation())).isEqualTo(labelsAndBytes(before.evaluation()));
    assertThat(data("verify", shards).status()).isZero();
  }

  private static List<String> labelsAndBytes(Source source) {
    return IntStream.range(0, source.size())
        .mapToObj(
            i -> {
              try {
                var bytes = ((Example.Encoded) source.get(i)).bytes().read();
                return source.label(i) + Arrays.toString(bytes);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  @Test
  void convertGoesOnWhereItWasStoppedAndRefusesOtherDataInItsFolder() throws IOException {
    var shards = folder.resolve("shards");
    data("convert", photos, "--to", "tar", "--out", shards, "--per-shard", 5);
    var first = shards.resolve("train-00000-of-00003.tar");
    var second = shards.resolve("train-00001-of-00003.tar");
    var bytes = Files.readAllBytes(second);
    Files.delete(second);
    Files.writeString(shards.resolve(".train-00001-of-00003.tar.partial"), "half");
    var untouched = Files.getLastModifiedTime(first);
    assertThat(data("convert", photos, "--to", "tar", "--out", shards, "--per-shard", 5).status())
        .isZero();
    assertThat(Files.readAllBytes(second)).isEqualTo(bytes);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(untouched);

    var other = data("convert", photos, "--to", "tar", "--out", shards, "--per-shard", 6);
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).contains("holds another conversion (tar shards of 5 images each);");
    var others = TestImages.labelled(folder.resolve("other-photos"), 2);
    var mixed = data("convert", others, "--to", "tar", "--out", shards, "--per-shard", 5);
    assertThat(mixed.status()).isEqualTo(2);
    assertThat(mixed.err()).contains("holds another conversion (of other images);");
    var full = data("convert", photos, "--to", "tar", "--out", photos);
    assertThat(full.status()).isEqualTo(2);
    assertThat(full.err()).contains("is not empty");
  }

  @Test
  void convertKeepsThePixelsOfImagesThatWereNeverEncoded() {
    var shards = folder.resolve("shards");
    data("convert", "fashion-mnist?train=2&val=1", "--to", "tfrecord", "--out", shards);
    var run = data("verify", shards);
    assertThat(run.out()).contains("PNG 20").contains("everything is in order");
    var classes = ImageSet.open(shards.toString(), IndexCache.none()).training().classes();
    assertThat(classes).contains("Ankle boot");
  }

  @Test
  void benchMeasuresEveryStageAndTheWaiting() {
    var run =
        data(
            "bench",
            photos,
            "--recipe",
            "tiny-64",
            "--seconds",
            0.2,
            "--steps",
            2,
            "--threads",
            2,
            "--set",
            "training { batch_size: 4 }");
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    for (var stage : List.of("read", "decode", "resample", "augment")) {
      assertThat(run.out())
          .containsPattern(stage + " +1 +\\d+ +\\d+")
          .containsPattern(stage + " +2 +\\d+ +\\d+");
    }
    assertThat(run.out()).containsPattern("training steps: median \\d+ ms, \\d+\\.\\d\\d % of the");
  }

  @Test
  void helpTellsTheSyntax() {
    assertThat(data("--help").out()).contains("fashion-mnist").contains("val=0.1").contains("tar");
  }

  @Test
  void refusesWhatIsNoDataAndNoFormat() {
    assertThat(data("verify", folder.resolve("nothing")).status()).isEqualTo(2);
    var zip = data("convert", photos, "--to", "zip", "--out", folder.resolve("x"));
    assertThat(zip.status()).isEqualTo(2);
    assertThat(zip.err()).contains("TFRECORD, TAR");
    assertThat(data("preview", photos, "--count", 0).err()).contains("--count 0");
  }
}
