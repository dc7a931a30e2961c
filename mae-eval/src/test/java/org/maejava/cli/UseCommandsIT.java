package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.maejava.eval.run.Weights;
import org.maejava.model.VitNames;
import org.maejava.record.RecordFile;
import org.maejava.savedmodel.SavedModel;

@DisplayName("With an exported model, the command")
class UseCommandsIT {

  private static final String SMALL =
      "model { encoder { width: 32 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 1 batch_size: 8 warmup_epochs: 0 }";

  @TempDir private static Path folder;

  @BeforeAll
  static void exportsAClassifier() throws IOException {
    TestImages.labelled(folder.resolve("photos"), 24);
    Files.writeString(folder.resolve("photos/train/lying/broken.jpg"), "no image");
    var run =
        mae(
            "finetune",
            "--from-scratch",
            "--data",
            at("photos"),
            "--recipe",
            "tiny-64",
            "--set",
            SMALL + " data { max_unreadable_share: 0.5 }",
            "--out",
            at("run"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(mae("export", at("run"), "--out", at("model")).status()).isZero();
  }

  @Test
  void onATerminalAMistakeStandsAlone() throws Exception {
    try (var run =
        TerminalRun.start("embed", at("model"), "--data", at("photos"), "--out", at("a.txt"))) {
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.output()).contains("ends in no format").doesNotContain("embedded");
    }
  }

  @Test
  void onATerminalWhoStopsReadsHowToGoOnLast() throws Exception {
    try (var run =
        TerminalRun.start(
            "classify",
            at("model"),
            "--data=fashion-mnist",
            "--threads=1",
            "--out=" + at("stopped.csv"))) {
      run.await(() -> Files.exists(Path.of(at(".stopped.csv.json.growing")))).interrupt();
      assertThat(run.status()).as(run.output()).isEqualTo(130);
      assertThat(run.output()).contains("classified").contains("go on with: mae classify ");
      assertThat(run.output().substring(run.output().indexOf("go on with: ")))
          .doesNotContain("classified");
    }
  }

  @Test
  void onATerminalNoBarIsAmongTheLinesThatClassifyPrints() throws Exception {
    try (var run = TerminalRun.start("classify", at("model"), "--data", at("photos"))) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.output()).contains("images with labels are right").doesNotContain("[=");
    }
  }

  @Test
  void embedWritesTheFeaturesOfEveryImageInOrderAndNamesThoseLeftOut() throws IOException {
    var run = mae("embed", at("model"), "--data", at("photos"), "--out", at("features.npy"));

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("skipped").contains("broken.jpg");
    assertThat(run.out().lines())
        .containsExactly(
            at("features.npy") + ": 96 images, 32 features each",
            at("features.npy.jsonl") + ": which image each row is of");
    assertThat(folder.resolve("features.npy.json")).doesNotExist();
    var bytes = Files.readAllBytes(folder.resolve("features.npy"));
    assertThat(new String(bytes, 10, 70, UTF_8)).contains("'<f4'").contains("(96, 32)");
    var names = Files.readAllLines(folder.resolve("features.npy.jsonl"));
    assertThat(names).hasSize(96);
    var last = JsonParser.parseString(names.get(95)).getAsJsonObject();
    assertThat(last.get("label").getAsString()).isEqualTo("standing");
    try (var model = SavedModel.open(folder.resolve("model"))) {
      var expected = model.features(folder.resolve("photos/val/standing/023.jpg"));
      var row = new float[32];
      ByteBuffer.wrap(bytes, 128 + 95 * 128, 128)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(row);
      for (int i = 0; i < 32; i++) {
        assertThat(Math.abs(row[i] - expected[i])).isLessThan(1e-4f);
      }
    }
    var again = mae("embed", at("model"), "--data", at("photos"), "--out", at("features.npy"));
    assertThat(again.out()).isEqualTo(run.out());
    var other = mae("embed", at("model"), "--data", at("photos/val"), "--out", at("features.npy"));
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).contains("made of something else").contains("--overwrite");
  }

  @Test
  void classifySaysWhatIsSeenAndHowMuchIsRight() throws IOException {
    var picture = at("photos/val/lying/000.jpg");
    var one = mae("classify", at("model"), picture, at("nowhere.png"));
    assertThat(one.status()).isEqualTo(1);
    assertThat(one.out()).startsWith(picture + ": ").contains("lying").contains("standing");
    assertThat(one.err()).contains("nowhere.png");

    var folderOfImages = mae("classify", at("model"), at("photos/val"));
    assertThat(folderOfImages.status()).isEqualTo(2);
    assertThat(folderOfImages.err())
        .contains(at("photos/val") + " is a folder; --data " + at("photos/val") + " takes");

    var all = mae("classify", at("model"), "--data", at("photos"));
    assertThat(all.out()).startsWith(at("photos/train/lying/000.jpg") + ": ");
    var half = mae("classify", at("model"), "--data", at("photos/val"));
    assertThat(half.out()).startsWith(at("photos/val/lying/000.jpg") + ": ");
    var strange = mae("classify", at("model"), "--data", "fashion-mnist?train=1");
    assertThat(strange.out())
        .startsWith("train/")
        .contains("2,010 images are of classes that the model does not know")
        .doesNotContain("are right");
    assertThat(all.out())
        .containsPattern("train: \\d+ of \\d+ images with labels are right")
        .containsPattern("val: \\d+ of \\d+ images with labels are right");
    var file = mae("classify", at("model"), "--data", at("photos"), "--out", at("classes.csv"));
    assertThat(file.out()).contains("96 images");
    var rows = Files.readAllLines(folder.resolve("classes.csv"));
    assertThat(rows).hasSize(97);
    assertThat(rows.get(0))
        .isEqualTo("half,index,name,label,class1,probability1,class2,probability2");
  }

  @Test
  void nearestFindsTheImageItselfFirstAndDrawsThemAll() throws IOException {
    var picture = at("photos/train/lying/005.jpg");
    var run =
        mae(
            "nearest",
            at("model"),
            "--data",
            at("photos"),
            "--query",
            picture,
            "--count",
            "7",
            "--out",
            at("near.png"));
    assertThat(run.status()).as(run.err()).isZero();
    var lines = run.out().lines().toList();
    assertThat(lines).hasSize(9);
    assertThat(lines.get(8)).isEqualTo(at(".near.png.npy") + ": features, for the next query");
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.startsWith("near."))
          .containsExactly("near.png");
    }
    assertThat(lines.get(0)).contains("1.0000").contains("lying/005.jpg (lying)");
    var mine =
        mae("nearest", at("model"), "--data", at("photos"), "--query", picture, "--out", picture);
    assertThat(mine.status()).isEqualTo(2);
    assertThat(mine.err()).contains(picture + " is there already");
    var ofAFolder =
        mae(
            "nearest",
            at("model"),
            "--data",
            at("photos"),
            "--query",
            at("photos"),
            "--out",
            at("x.png"));
    assertThat(ofAFolder.status()).isEqualTo(2);
    assertThat(ofAFolder.err()).contains(at("photos") + " is a folder; it takes one image");
    var sheet = ImageIO.read(folder.resolve("near.png").toFile());
    assertThat(sheet.getWidth()).isGreaterThan(6 * 100);

    // The features are hidden: nobody who removes the picture knows that they are in the way.
    Files.delete(folder.resolve("near.png"));
    var others = at("photos/val");
    var next =
        mae("nearest", at("model"), "--data", others, "--query", picture, "--out", at("near.png"));
    assertThat(next.err()).isEmpty();
    assertThat(next.status()).isZero();
  }

  /** Names of others and back: what is read again is what was trained, to the last bit. */
  @ParameterizedTest
  @CsvSource({"published,true", "timm,false", "hugging-face,true"})
  void whatIsExportedUnderOtherNamesIsImportedAsItWas(String names, boolean withDecoder)
      throws IOException {
    var trained = pretrained();
    var others = at("as-" + names);
    assertThat(mae("export", trained, "--to", names, "--out", others).status()).isZero();
    var back = at("back-" + names);
    var run = mae("import", others, "--out", back);
    assertThat(run.status()).as(run.err()).isZero();
    try (var expected = Weights.open(Path.of(trained));
        var found = Weights.open(Path.of(back))) {
      var kept =
          expected.file().shapes().keySet().stream()
              .filter(name -> withDecoder || !VitNames.isDecoder(name))
              .toList();
      assertThat(found.file().shapes().keySet()).containsExactlyInAnyOrderElementsOf(kept);
      for (var name : kept) {
        assertThat(found.file().floats(name)).as(name).isEqualTo(expected.file().floats(name));
      }
    }
  }

  /** Nothing is asked again that lies beside the weights: heads, statistics, target, recipe. */
  @ParameterizedTest
  @CsvSource({"published,true", "timm,false", "hugging-face,true", "tensorflow,true"})
  void whatIsExportedIsTakenByEveryCommandAsItIs(String names, boolean withDecoder)
      throws IOException {
    var trained = pretrained();
    var others = at("of-" + names);
    assertThat(mae("export", trained, "--to", names, "--out", others).status()).isZero();

    var told = mae("inspect", others).out();
    assertThat(told).contains("heads 2", "fine-tuned: mae finetune --weights " + others);
    if (withDecoder) {
      assertThat(told).contains("target      normalised pixels");
    } else {
      assertThat(told).contains("size of its own").doesNotContain("decoder  ", "target  ");
    }
    var photos = at("photos");
    for (var line :
        List.of(
            List.of("finetune", "--epochs", "1", "--out", at("tuned-of-" + names)),
            List.of("knn", "--neighbours", "1", "--out", at("near-of-" + names)))) {
      var args = new ArrayList<>(line);
      args.addAll(List.of("--weights", others, "--data", photos));
      args.addAll(List.of("--set", "data { max_unreadable_share: 0.5 }"));
      var run = mae(args.toArray(String[]::new));
      assertThat(run.err()).as(line.get(0)).doesNotContain("does not tell");
      assertThat(Path.of(line.get(line.size() - 1)).resolve("report.html")).exists();
    }
    var picture = at("photos/val/standing/023.jpg");
    var own = at("own-of-" + names + ".png");
    assertThat(mae("reconstruct", "--weights", trained, picture, "--out", own).status()).isZero();
    for (var weights : names.equals("tensorflow") ? List.of(others) : imported(others)) {
      var drawn = at("drawn-of-" + names + ".png");
      var run = mae("reconstruct", "--weights", weights, picture, "--out", drawn, "--overwrite");
      assertThat(run.status()).as(run.err()).isEqualTo(withDecoder ? 0 : 2);
      if (withDecoder) {
        assertThat(Path.of(drawn)).hasSameBinaryContentAs(Path.of(own));
      } else {
        assertThat(run.err()).contains(weights + " has no decoder");
      }
    }
  }

  /** A folder, the file in it, and what is imported of both. */
  private static List<String> imported(String folder) {
    var back = folder + "-back";
    var run = mae("import", folder, "--out", back);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).doesNotContain("assumed");
    return List.of(folder, folder + "/model.safetensors", back);
  }

  /** As of a file that came with another, and of one that nothing lies beside. */
  @Test
  void aRecordOfAnotherNetworkIsNotTakenAndWhatIsMissingCanBeSaid() throws IOException {
    var published = at("strange");
    assertThat(mae("export", pretrained(), "--to", "published", "--out", published).status())
        .isZero();
    var record = Path.of(published, "record.json");
    var other = RecordFile.read(Path.of(published)).orElseThrow().toBuilder();
    other.getExperimentBuilder().getModelBuilder().getEncoderBuilder().setDepth(7);
    RecordFile.write(other.build(), Path.of(published));
    assertThat(mae("inspect", published).out())
        .contains("record.json beside it is of another network", "not told    the encoder's heads");
    Files.delete(record);
    var args = new ArrayList<>(List.of("finetune", "--weights", published, "--data"));
    args.addAll(List.of(at("photos"), "--out", at("strange-tuned")));
    assertThat(mae(args.toArray(String[]::new)).err())
        .contains("does not tell the encoder's heads: --set 'model { encoder { heads: N } }'");
    args.addAll(List.of("--set", "model { encoder { heads: 2 } decoder { heads: 2 } }"));
    // No recipe is of a width of 32; of one that is, this is all.
    assertThat(mae(args.toArray(String[]::new)).err())
        .contains("is of no bundled family; name a recipe with --recipe", "heads: 2")
        .doesNotContain("does not tell");
  }

  @Test
  void anEncoderAloneIsExportedWithTheFeaturesOfTheWhole() throws IOException {
    var trained = pretrained();
    assertThat(mae("export", trained, "--out", at("whole")).status()).isZero();
    assertThat(mae("export", trained, "--to", "timm", "--out", at("encoder")).status()).isZero();
    var alone =
        mae(
            "export",
            at("encoder/model.safetensors"),
            "--set",
            "model { encoder { heads: 2 } }",
            "--out",
            at("alone"));
    assertThat(alone.status()).as(alone.err()).isZero();
    var picture = folder.resolve("photos/val/standing/023.jpg");
    try (var whole = SavedModel.open(folder.resolve("whole"));
        var encoder = SavedModel.open(folder.resolve("alone"))) {
      assertThat(encoder.features(picture)).isEqualTo(whole.features(picture));
    }
  }

  private static String pretrained() {
    var run = at("pretrained");
    if (!Files.exists(Path.of(run))) {
      var trained =
          mae(
              "pretrain",
              "--data",
              at("photos"),
              "--recipe",
              "tiny-64",
              "--set",
              SMALL + " data { max_unreadable_share: 0.5 }",
              "--out",
              run);
      assertThat(trained.status()).as(trained.err()).isZero();
    }
    return run;
  }

  @Test
  void exportWritesBfloat16AndForPytorchsLibraries() throws IOException {
    var rounded = mae("export", at("model"), "--precision", "bfloat16", "--out", at("rounded"));
    assertThat(rounded.status()).as(rounded.err()).isZero();
    assertThat(Files.readString(folder.resolve("rounded/model-card.md")))
        .containsPattern("differ from float32's by\\s+0\\.\\d+ %");
    var timm = mae("export", at("model"), "--to", "timm", "--out", at("timm"));
    assertThat(timm.status()).as(timm.err()).isZero();
    var taken = mae("export", at("model"), "--to", "published", "--out", at("timm"));
    assertThat(taken.status()).isEqualTo(2);
    assertThat(taken.err()).contains(at("timm") + " is there already; --overwrite replaces");
    assertThat(
            mae("export", at("model"), "--to", "timm", "--out", at("timm"), "--overwrite").status())
        .isZero();
    assertThat(folder.resolve("timm/config.json")).isNotEmptyFile();
    var back = mae("import", at("timm"), "--out", at("timm-back"));
    assertThat(back.status()).as(back.err()).isZero();
    for (var classifier : List.of("run", "model", "timm", "timm-back")) {
      var told = mae("inspect", at(classifier)).out();
      assertThat(told)
          .contains("holds       a classifier", "classes     2: lying, standing")
          .doesNotContain("decoder  ", "target  ", "vit_base");
      // Only a SavedModel has what this asks.
      assertThat(told.contains("asked: mae classify " + at("model") + " IMAGE"))
          .isEqualTo(classifier.equals("model"));
    }
    var foreign =
        mae(
            "export",
            at("timm/model.safetensors"),
            "--set",
            "model { encoder { heads: 2 } }",
            "--out",
            at("again"));
    assertThat(foreign.status()).as(foreign.err()).isZero();
    assertThat(mae("export", at("model"), "--to", "nobody", "--out", at("x")).err())
        .contains("tensorflow, published, timm, hugging-face");
  }

  @Test
  void embedWritesNothingOfAnUnknownFormat() {
    var run = mae("embed", at("model"), "--data", at("photos"), "--out", at("x.parquet"));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(".npy, .csv or .jsonl");
    assertThat(folder.resolve("x.parquet")).doesNotExist();
  }

  private static String at(String name) {
    return folder.resolve(name).toString();
  }

  private static CommandRun mae(String... args) {
    return CommandRun.of(args);
  }
}
