package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.Golden;
import org.maejava.record.RecordFile;
import org.maejava.weights.Safetensors;
import org.maejava.weights.SafetensorsWriter;
import org.maejava.weights.WeightSource;
import org.tensorflow.SavedModelBundle;

/** The files are those of the published code; their heads are in no file. */
@DisplayName("With weights that others trained, the command")
class ForeignWeightsIT {

  private static final String HEADS = "model { encoder { heads: 2 } decoder { heads: 2 } }";

  private static final String GEOMETRY =
      "model { image { height: 32 width: 32 } patch { height: 4 width: 4 }"
          + " encoder { width: 32 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 1 batch_size: 8 warmup_epochs: 0 }";

  @TempDir private static Path folder;
  private static Path autoencoder;
  private static Path classifier;
  private static Path probe;

  @BeforeAll
  static void findsFiles() throws IOException {
    TestImages.labelled(folder.resolve("photos"), 8);
    autoencoder = Golden.path("mae_tiny_npl0.safetensors");
    classifier = Golden.path("vit_tiny_gp1.safetensors");
    probe = Golden.path("linprobe_tiny_gp0_wd0.0.safetensors");
    Files.createDirectories(folder.resolve("taken"));
    Files.writeString(folder.resolve("taken/mine.txt"), "mine");
  }

  @Test
  void importLeavesAFolderThatOthersTake() throws IOException {
    var imported = folder.resolve("imported");
    var run = run("import", autoencoder.toString(), "--set", HEADS, "--out", imported.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("34,864 parameters", "assumed: image: square");
    assertThat(imported.toFile().list())
        .containsExactlyInAnyOrder("weights.safetensors", "record.json", "README.md");
    var record = RecordFile.read(imported).orElseThrow();
    assertThat(record.getImported().getSha256()).hasSize(64);
    assertThat(record.getExperiment().getModel().getEncoder().getHeads()).isEqualTo(2);

    var picture = folder.resolve("rebuilt.png");
    var photo = folder.resolve("photos/val/lying/000.jpg").toString();
    var shown =
        run("reconstruct", "--weights", imported.toString(), photo, "--out", picture.toString());
    assertThat(shown.err()).isEmpty();
    assertThat(ImageIO.read(picture.toFile())).isNotNull();

    var tuned = finetune("tuned", imported, GEOMETRY);
    assertThat(tuned.err()).isEmpty();
    assertThat(tuned.status()).isZero();
    var inspected = run("inspect", imported.toString());
    assertThat(inspected.status()).isZero();
    assertThat(inspected.out()).contains("heads 2").doesNotContain("not told", "of a run");
  }

  @Test
  void theLicenceOfOthersWeightsReachesTheCardOfWhatIsTrainedFromThem() throws IOException {
    var imported = folder.resolve("licensed");
    run("import", autoencoder.toString(), "--set", HEADS, "--out", imported.toString());
    var record = RecordFile.read(imported).orElseThrow().toBuilder();
    record.getImportedBuilder().setLicence("Only to look at.");
    RecordFile.write(record.build(), imported);

    var tuned = finetune("licensed-tuned", imported, GEOMETRY);
    assertThat(tuned.err()).isEmpty();
    var exported = folder.resolve("licensed-model");
    var export =
        run("export", folder.resolve("licensed-tuned").toString(), "--out", exported.toString());
    assertThat(export.err()).isEmpty();
    assertThat(Files.readString(exported.resolve("model-card.md")))
        .contains("cc-by-nc-4.0", "Only to look at.");
    assertThat(Files.readString(exported.resolve("card.json"))).contains("Only to look at.");

    // Of several runs each.
    var several = finetune("licensed-several", imported, GEOMETRY, "--seeds=2");
    assertThat(several.status()).as(several.err()).isZero();
    try (var cells = Files.walk(folder.resolve("licensed-several/cells"))) {
      assertThat(cells.filter(file -> file.endsWith("record.json")).toList())
          .hasSize(2)
          .allSatisfy(cell -> assertThat(cell).content().contains("Only to look at."));
    }
  }

  /** Geometry from the file, heads from the user; the answers are those of the published code. */
  @ParameterizedTest
  @CsvSource({"vit_tiny_gp0", "vit_tiny_gp1"})
  void exportMakesAModelOfAForeignClassifierWithItsAnswers(String name) throws IOException {
    var exported = folder.resolve("exported-" + name);
    var run =
        run(
            "export",
            Golden.path(name + ".safetensors").toString(),
            "--set",
            "model { encoder { heads: 2 } } data { mean: [0, 0, 0] std: [1, 1, 1] }",
            "--out",
            exported.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    try (var golden = Golden.open(name);
        var inputs = Golden.open("inputs");
        var images = inputs.images("finetune.imgs", 0);
        var bundle = SavedModelBundle.load(exported.toString());
        var answers = bundle.function("classify").call(Map.of("images", images))) {
      assertThatValues(answers.get("logits").orElseThrow())
          .isCloseTo(golden.floats("logits"), 1e-5, 0);
    }
  }

  private static int importWithAHeapOf(String size, Path file, Path out, Path log)
      throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + size,
                "-cp",
                System.getProperty("java.class.path"),
                "org.maejava.cli.Main",
                "import",
                file.toString(),
                "--set",
                "model { encoder { heads: 16 } }",
                "--out",
                out.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  /** Of the encoder of ViT-H 2.5 GB, which is more than one mapping holds too. */
  @Test
  @EnabledIfSystemProperty(named = "mae.long", matches = "true")
  void aFileOfManyTimesTheHeapIsImported() throws Exception {
    var huge = folder.resolve("huge.safetensors");
    LargeWeights.write(huge, 1280, 32, "F32", 4);
    assertThat(Files.size(huge)).isGreaterThan(2_500_000_000L);
    var out = folder.resolve("huge");
    var log = folder.resolve("huge.log");
    assertThat(importWithAHeapOf("512m", huge, out, log)).as(Files.readString(log)).isZero();
    assertThat(Files.size(out.resolve("weights.safetensors"))).isGreaterThan(2_500_000_000L);
  }

  /** Sizes in a file are the file's; the heap is the user's. */
  @Test
  void aHeapThatIsTooSmallIsSaidInOneLine() throws Exception {
    var large = folder.resolve("large.safetensors");
    LargeWeights.write(large, 2048);
    var log = folder.resolve("large.log");
    assertThat(importWithAHeapOf("64m", large, folder.resolve("large"), log)).isEqualTo(1);
    assertThat(log)
        .content()
        .contains("mae: the Java heap of 64 MB is too small")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("large")).doesNotExist();
  }

  @Test
  void reconstructRefusesARecipeWithFewerBlocks() {
    var fewer = GEOMETRY.replace("depth: 2", "depth: 1");
    var picture = folder.resolve("fewer.png");
    var run =
        run(
            "reconstruct",
            "--weights",
            autoencoder.toString(),
            "--recipe",
            "small-32",
            "--set",
            fewer,
            "--out",
            picture.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("12 unexpected: blocks.*.norm1.weight");
    assertThat(picture).doesNotExist();
  }

  @Test
  void finetuneHasANewHeadUnlessTheOldOneIsKept() throws IOException {
    var dropped = finetune("dropped", classifier, GEOMETRY);
    assertThat(dropped.err()).isEmpty();
    assertThat(dropped.out()).contains("stays behind; --keep-head keeps it");
    var other = finetune("other", classifier, GEOMETRY, "--keep-head");
    assertThat(other.out()).contains("is for 7 classes, not for 2: it stays behind");
    var again = folder.resolve("dropped").toString();
    var kept = finetune("kept", Path.of(again), GEOMETRY, "--keep-head");
    assertThat(kept.err()).isEmpty();
    assertThat(kept.out()).contains("the head of ").contains(" is kept");
    assertThat(RecordFile.read(folder.resolve("kept")).orElseThrow().getKeptHead()).isTrue();
  }

  @Test
  void inspectTellsWhatEachFileIsAndGoesOnAfterABadOne() {
    var bad = folder.resolve("photos/val/lying/000.jpg");
    var run = run("inspect", bad.toString(), classifier.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("000.jpg", "a picture");
    assertThat(run.out()).contains("holds       a classifier", "classes     7, without names");
  }

  /** A network with one of these answers nothing, or nonsense, without a word. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
  void valuesThatAreNoNumbersAreRefused(float value) throws IOException {
    var file = folder.resolve("broken%s.safetensors".formatted(value));
    try (var whole = Safetensors.open(autoencoder)) {
      SafetensorsWriter.write(
          file, new WithOne(whole, "param.blocks.1.mlp.fc1.bias", 5, value), Map.of());
    }
    var what = "tensor blocks.1.mlp.fc1.bias holds %s at index 5 of 128".formatted(value);
    var inspected = run("inspect", file.toString());
    assertThat(inspected.status()).isEqualTo(1);
    assertThat(inspected.out()).contains("obstacle", what, "used for nothing here");

    var out = folder.resolve("broken-out");
    var photos = folder.resolve("photos").toString();
    for (var command :
        List.of(
            List.of("import", file.toString(), "--set", HEADS, "--out", out.toString()),
            List.of("export", file.toString(), "--set", HEADS, "--out", out.toString()),
            List.of(
                "reconstruct",
                "--weights",
                file.toString(),
                "--set",
                HEADS,
                photos,
                "--out",
                out + ".png"),
            List.of(
                "finetune",
                "--weights",
                file.toString(),
                "--recipe",
                "small-32",
                "--set",
                GEOMETRY,
                "--data",
                photos,
                "--out",
                out.toString()))) {
      var run = run(command.toArray(String[]::new));
      assertThat(run.status()).as(command.get(0)).isEqualTo(1);
      assertThat(run.err()).as(command.get(0)).contains(file.toString(), what);
      assertThat(out).as(command.get(0)).doesNotExist();
      assertThat(Path.of(out + ".png")).as(command.get(0)).doesNotExist();
    }
  }

  /** Weights in which one value is another. */
  private record WithOne(WeightSource whole, String tensor, int index, float value)
      implements WeightSource {
    @Override
    public Map<String, List<Integer>> shapes() {
      return whole.shapes();
    }

    @Override
    public float[] floats(String name) {
      var values = whole.floats(name);
      if (name.equals(tensor)) {
        values[index] = value;
      }
      return values;
    }
  }

  /** Each as somebody may type it; nothing is left behind. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | there is no file           | import NONE --out OUT",
        "2 | it is a picture            | import PHOTO --out OUT",
        "2 | it is a picture            | finetune --weights PHOTO --data PHOTOS --out OUT",
        "2 | Missing required option    | import MAE",
        "2 | encoder's heads: --set     | import MAE --out OUT",
        "2 | encoder's heads: --set     | finetune --weights MAE --data PHOTOS --out OUT",
        "2 | has no field               | import MAE --set model{nonsense:1} --out OUT",
        "2 | contradicts the tensors    | import MAE --set model{encoder{width:64,heads:2}} --set model{decoder{heads:2}} --out OUT",
        "2 | not a multiple             | import MAE --set model{encoder{heads:3},decoder{heads:2}} --out OUT",
        "2 | positions for 64 patches   | import MAE --set model{encoder{heads:2},decoder{heads:2},image{height:64,width:64}} --out OUT",
        "2 | is there already; --over   | import MAE --set model{encoder{heads:2},decoder{heads:2}} --out TAKEN",
        "2 | files that no import wrote | import MAE --set model{encoder{heads:2},decoder{heads:2}} --out TAKEN --overwrite",
        "2 | is a file                  | import MAE --set model{encoder{heads:2},decoder{heads:2}} --out PHOTO --overwrite",
        "2 | has no decoder             | reconstruct --weights PROBE --out PNG",
        "2 | no head that --keep-head   | finetune --keep-head --weights MAE --recipe small-32 --set GEOMETRY --data PHOTOS --out OUT",
        "2 | exclude each other         | finetune --keep-head --from-scratch --data PHOTOS --out OUT",
        "2 | does not tell whether      | finetune --weights MAE --recipe small-32 --set WIDE --data PHOTOS --out OUT",
        "2 | there are no weights at    | finetune --weights NONE --data PHOTOS --out OUT",
        "2 | holds no checkpoint        | finetune --weights TAKEN --data PHOTOS --out OUT"
      })
  void saysWhatIsWrong(int status, String message, String line) {
    var out = folder.resolve("out");
    var args =
        Arrays.stream(line.split(" "))
            .map(
                word ->
                    switch (word) {
                      case "MAE" -> autoencoder.toString();
                      case "PROBE" -> probe.toString();
                      case "PHOTOS" -> folder.resolve("photos").toString();
                      case "PHOTO" -> folder.resolve("photos/val/lying/000.jpg").toString();
                      case "TAKEN" -> folder.resolve("taken").toString();
                      case "NONE" -> folder.resolve("none.pth").toString();
                      case "OUT" -> out.toString();
                      case "PNG" -> out + ".png";
                      case "GEOMETRY" -> GEOMETRY;
                      case "WIDE" ->
                          GEOMETRY.replace("height: 32 width: 32", "height: 16 width: 64");
                      default -> word;
                    })
            .toArray(String[]::new);
    var run = run(args);
    assertThat(run.err()).contains(message);
    assertThat(run.status()).isEqualTo(status);
    assertThat(out).doesNotExist();
    assertThat(Path.of(out + ".png")).doesNotExist();
    assertThat(folder.resolve("taken").toFile().list()).containsExactly("mine.txt");
  }

  private static CommandRun finetune(String out, Path weights, String set, String... more) {
    var args =
        new ArrayList<>(
            List.of(
                "finetune",
                "--weights",
                weights.toString(),
                "--recipe",
                "small-32",
                "--set",
                set,
                "--data",
                folder.resolve("photos").toString(),
                "--out",
                folder.resolve(out).toString()));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private static CommandRun run(String... args) {
    return CommandRun.of(args);
  }
}
