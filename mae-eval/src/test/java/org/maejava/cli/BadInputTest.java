package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.record.RecordFile;

/** A network that trains in a second, so that every mistake can be made for real. */
@DisplayName("Whoever types something that cannot work")
class BadInputTest {

  private static final String SMALL =
      "model { encoder { width: 16 depth: 1 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 2 batch_size: 4 warmup_epochs: 1 }";

  @TempDir private Path folder;

  @Test
  void readsThatTheFolderIsMissingAndWhatCouldBeGiven() {
    var run = pretrain("--data", folder.resolve("nothing").toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("nothing").contains("fashion-mnist").contains("train/");
  }

  @Test
  void readsWhatLiesBesideAMisspeltPath() throws IOException {
    var photos = TestImages.labelled(folder.resolve("photos"), 2);
    var misspelt = folder.resolve("photo");
    assertThat(pretrain("--data", misspelt.toString()).err())
        .contains(
            "there is no file or folder \"%s\" (did you mean %s?)".formatted(misspelt, photos))
        .doesNotContain("TFRecord");
    var file = photos.resolve("train/lying/00.jpg");
    var run = CommandRun.of("data", "verify", file + "?train=2");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("there is no file or folder \"%s\" (did you mean ".formatted(file))
        .contains(photos.resolve("train/lying/000.jpg").toString());
  }

  @Test
  void readsThatAFolderHoldsNoImages() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "no picture");
    var run = pretrain("--data", folder.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(folder.toString()).contains("no image");
  }

  @Test
  void readsThatOneClassIsNotEnoughToClassify() throws IOException {
    TestImages.write(folder.resolve("train/lying"), 8, true, "t");
    TestImages.write(folder.resolve("val/lying"), 8, true, "v");
    var run =
        CommandRun.of(
            "finetune",
            "--from-scratch",
            "--data",
            folder.toString(),
            "--recipe",
            "tiny-64",
            "--out",
            folder.resolve("run").toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("one class").contains("lying");
  }

  @Test
  void readsWhichRecipesThereAre() {
    var run = CommandRun.of("pretrain", "--recipe", "tiny-46", "--out", out());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("tiny-46/pretrain: there is no such recipe (did you mean tiny-64/pretrain?)");
  }

  @Test
  void readsWhichOfTwoRecipesThereIsNot() {
    var run = CommandRun.of("recipe", "diff", "b16/finetune", "b16/finetune-kode");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("b16/finetune-kode").contains("did you mean b16/finetune-code?");
  }

  @Test
  void readsWhichFieldsThereAreInsteadOfTheMisspeltOne() {
    var run = CommandRun.of("pretrain", "--set", "training { epoch: 2 }", "--out", out());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("no field \"epoch\" (did you mean epochs?); it has epochs, image_passes");
  }

  @Test
  void readsWhatWasMeantWhereverAWordIsMisspelt() throws IOException {
    var plan = Files.writeString(folder.resolve("plan.textproto"), "protocols { finetun {} }");
    var pooling = "--set=classification { pooling: CLASTOKEN }";
    assertThat(CommandRun.of("help", "calibrat").err().lines())
        .containsExactly(
            "mae: there is no command calibrat",
            "did you mean calibrate?",
            "`mae --help` tells what there is");
    assertMeant("val", "data", "verify", folder + "/?vall=0.1");
    assertMeant("fashion-mnist", "pretrain", "--data=fashion-mnst", "--out=" + out());
    assertMeant("mask-ratio", "ablate", "maskratio");
    assertMeant("finetune", "compare", plan.toString());
    assertMeant("CLASS_TOKEN", "recipe", "show", "demo/finetune", pooling);
    assertMeant("demo/finetune", "recipe", "show", "demo/finetun");
  }

  @Test
  void readsWhereAnOptionOfOthersIsSaidInstead() {
    assertInstead("the recipe says so: --set 'training { base_rate: … }'", "pretrain", "--lr=1");
    assertInstead(
        "the recipe says so: --set 'training { batch_size: … }'", "finetune", "--batch-size", "8");
    assertInstead("the comparison's file says so: its field seeds", "compare", "--seed=1", "a");
    assertInstead("the comparison's file says so: its field labels", "compare", "a", "--labels=9");
    assertInstead(
        "it is an option of `mae finetune`, `mae partial`, `mae linear-probe`,"
            + " `mae attentive-probe`, `mae knn`, `mae probe`, `mae ablate`",
        "pretrain",
        "--labels=5");
    assertMeant("--epochs", "pretrain", "--epoch=5");
    assertThat(CommandRun.of("pretrain", "--bogus").err().lines()).hasSize(2);
  }

  private static void assertInstead(String sentence, String... words) {
    var run = CommandRun.of(words);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err().lines().toList()).hasSize(3).element(1).isEqualTo(sentence);
  }

  private static void assertMeant(String word, String... words) {
    var run = CommandRun.of(words);
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains("did you mean " + word + "?");
  }

  /** What was typed cannot work: 2, and nothing is said as if it did. What broke on the way: 1. */
  @Test
  void isToldFromWhatFailedByTheExitStatus() throws IOException {
    var model = "../saved-models/models/fashion-mnist-small";
    var notes = Files.writeString(folder.resolve("notes.txt"), "no weights").toString();
    Files.writeString(
        folder.resolve("plan.textproto"), "weights { path: 'none' } protocols { finetune {} }");
    for (var name : List.of("foreign", "foreign/target")) {
      Files.createDirectories(folder.resolve(name));
      Files.writeString(folder.resolve(name).resolve("letter.txt"), "of somebody");
    }
    TestImages.write(folder.resolve("unlabelled"), 2, true, "t");
    for (var line :
        List.of(
            "pretrain --bogus",
            "frobnicate",
            "help frobnicate",
            "pretrain --recipe nope.textproto --out OUT",
            "pretrain --set nonsense --out OUT",
            "pretrain --epochs -1 --out OUT",
            "pretrain --threads 0 --out OUT",
            "pretrain --data NONE --out OUT",
            "pretrain --data fashion-mnist?vall=1 --out OUT",
            "finetune --weights NONE --out OUT",
            "finetune --from-scratch --labels 0 --out OUT",
            "export NONE --out OUT",
            "import NONE --out OUT",
            "inspect NONE",
            "inspect NOTES",
            "finetune --weights NOTES --out OUT",
            "embed NONE --data fashion-mnist --out OUT.npy",
            "classify NONE NONE",
            "nearest MODEL --data fashion-mnist --query NONE --out OUT",
            "nearest MODEL --data fashion-mnist --query . --out OUT",
            "reconstruct --weights MODEL NONE --out OUT",
            "calibrate NONE --data fashion-mnist",
            "robustness NONE --data fashion-mnist",
            "segment --weights MODEL --data NONE --out OUT",
            "report NONE",
            "compare NONE",
            "compare PLAN --out OUT",
            "compare PLAN --dry-run --out OUT",
            "compare DOCS/tiny-imagenet.textproto --status --out OUT",
            "demo --seeds 0 --out OUT",
            "demo --set nonsense --out OUT",
            "demo --out FOREIGN",
            "ablate mask-ratio --data NONE --out OUT",
            "ablate mask-ratio target --labels 1 --out OUT",
            "ablate mask-ratio target --out FOREIGN",
            "knn --weights NONE --out OUT",
            "knn --weights MODEL --out FOREIGN",
            "finetune --weights MODEL --labels 10 --seeds 2 --out FOREIGN",
            "finetune --weights MODEL --data NONE --seeds 2 --out OUT",
            "bench --data NONE",
            "bench --data NONE --json",
            "bench --task finetune --recipe tiny-64 --data UNLABELLED",
            "data bench NONE",
            "launch --workers 0 -- pretrain",
            "data convert fashion-mnist --to tar --per-shard 0 --out OUT",
            "data preview fashion-mnist --count 0 --out OUT",
            "data preview fashion-mnist --out NOTES",
            "export MODEL --out NOTES")) {
      assertStatus(2, line, model, notes);
    }
    for (var line :
        List.of(
            "nearest MODEL --data fashion-mnist --query NOTES --out OUT",
            "export MODEL --out NOTES/model",
            "data preview fashion-mnist --out NOTES/preview.png")) {
      assertStatus(1, line, model, notes);
    }
    assertThat(Path.of(out())).doesNotExist();
    assertThat(Path.of(notes)).hasContent("no weights");
  }

  private void assertStatus(int status, String line, String model, String notes) {
    var words =
        line.replace("OUT", out())
            .replace("NONE", folder.resolve("none").toString())
            .replace("MODEL", model)
            .replace("NOTES", notes)
            .replace("PLAN", folder.resolve("plan.textproto").toString())
            .replace("FOREIGN", folder.resolve("foreign").toString())
            .replace("UNLABELLED", folder.resolve("unlabelled").toString())
            .replace("DOCS", "../docs")
            .split(" ");
    var run = CommandRun.of(words);
    assertThat(run.status()).as(line + ": " + run.err()).isEqualTo(status);
    if (status == 2) {
      assertThat(run.out()).as(line + ": " + run.err()).isEmpty();
    }
  }

  @Test
  void readsOfTheFolderThatWasGivenAndNoHiddenFile() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "skipped: there is no /proc here");
    assertThat(CommandRun.of("pretrain", "--out=/proc/run").err().lines())
        .containsExactly(
            "mae: /proc/run cannot be written (nothing can be made in /proc); choose another folder");
    assertThat(CommandRun.of("data", "preview", "fashion-mnist", "--out=/proc/a.png").err().lines())
        .containsExactly("mae: cannot write /proc/a.png: nothing can be made in /proc");
  }

  @Test
  void readsLimitsAsOneWouldSayThem() {
    assertRefused("base_rate 0 must be above 0, at most 1000000", "training { base_rate: 0 }");
    assertRefused("beta1 1 must be from 0 to below 1", "training { adamw { beta1: 1 } }");
    assertRefused("warmup_epochs -3 must be from 0 to below", "training { warmup_epochs: -3 }");
    assertRefused("-1 must not be below 0", "training { batch_size: -1 }");
    assertRefused("\"ten\" is no whole number", "training { epochs: ten }");
    assertRefused("mask_ratio -0.6 must be from 0 to below 1:", "model { mask_ratio: -0.6 }");
    assertRefused("mask_ratio 0.99 hides all 16 patches", "model { mask_ratio: 0.99 }");
  }

  private static void assertRefused(String message, String setting) {
    var run = CommandRun.of("recipe", "show", "demo/pretrain", "--set", setting);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  @Test
  void readsEveryImpossibleNumberAtOnce() {
    var run =
        CommandRun.of(
            "pretrain",
            "--set",
            "model { mask_ratio: 1.5 image { height: 30 } encoder { width: 97 } }"
                + " training { warmup_epochs: 99 base_rate: -1 }",
            "--out",
            out());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("model.image.height 30 is not a multiple of model.patch.height 7")
        .contains("model.encoder.width 97 is not a multiple of model.encoder.heads 3")
        .contains("training.warmup_epochs 99")
        .contains("training.base_rate -1");
  }

  @Test
  void readsThatAMaskRatioLeavesNothing() {
    for (var ratio : List.of("1.5", "1", "0.99", "-0.1", "0")) {
      var run =
          CommandRun.of("pretrain", "--set", "model { mask_ratio: " + ratio + " }", "--out", out());
      assertThat(run.status()).as(ratio).isEqualTo(2);
      assertThat(run.err()).contains("model.mask_ratio").contains("patches");
    }
  }

  @Test
  void readsThatOneImageCannotBeMixedWithAnother() throws IOException {
    TestImages.labelled(folder, 3);
    var run =
        CommandRun.of(
            "finetune",
            "--from-scratch",
            "--data=" + folder,
            "--labels=1",
            "--recipe=ti16",
            "--out=" + out());
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains("1 training image is too few for any update of this recipe");
    assertThat(Path.of(out())).doesNotExist();
  }

  @Test
  void readsOneMessageAndNotTheWholeHelp() {
    var missing = CommandRun.of("reconstruct", "photo.jpg");
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err().lines())
        .containsExactly(
            "mae: Missing required option: '--weights=PATH'",
            "`mae reconstruct --help` tells what there is");
    assertThat(CommandRun.of("pretrian").err().lines())
        .containsExactly(
            "mae: there is no command pretrian",
            "did you mean pretrain?",
            "`mae --help` tells what there is");
    assertThat(CommandRun.of("pretrain", "--recepi=demo").err().lines())
        .containsExactly(
            "mae: `mae pretrain` has no option --recepi",
            "did you mean --recipe?",
            "`mae pretrain --help` tells what there is");
    assertThat(CommandRun.of("pretrain", "photos").err())
        .contains("as in --data photos/")
        .doesNotContain("did you mean");
    assertThat(CommandRun.of("photos").err()).doesNotContain("did you mean");
  }

  @Test
  void readsWhatIsNoNumberInWordsOfNoLanguageOfProgramming() {
    assertThat(CommandRun.of("pretrain", "--epochs=zwei").err().lines().findFirst().orElseThrow())
        .endsWith("'zwei' is no whole number");
    assertThat(CommandRun.of("pretrain", "--epochs=2147483648").err().lines().findFirst())
        .hasValueSatisfying(
            line -> assertThat(line).endsWith("'2147483648' is too large: at most 2147483647"));
    assertThat(CommandRun.of("reconstruct", "--seed=9223372036854775808").err())
        .contains("'9223372036854775808' is too large: at most 9223372036854775807");
    assertThat(CommandRun.of("pretrain", "--epochs=-2147483649").err())
        .contains("'-2147483649' is too small: at least -2147483648");
    var rate = CommandRun.of("probe", "--weights=x", "--held-out=halb").err();
    assertThat(rate.lines().findFirst().orElseThrow()).endsWith("'halb' is no number");
  }

  @Test
  void readsThatAnImageIsNoComparison() throws IOException {
    TestImages.write(folder, 1, true, "t");
    var image = folder.resolve("000.jpg");
    var run = CommandRun.of("compare", image.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("the file cannot be read: it is no text in UTF-8");
  }

  @Test
  void readsThatThereIsNoSuchCommand() {
    var run = CommandRun.of("dmeo");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("there is no command dmeo")
        .contains("`mae --help`")
        .doesNotContain("Usage:");
  }

  @Test
  void readsThatASettingWantsQuotes() {
    var run = CommandRun.of("pretrain", "--set", "model", "{", "mask_ratio:", "0.6", "}");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--set 'model { mask_ratio: 0.6 }'");
  }

  @Test
  void readsWhichImagesCannotBeReadByTheNamesThatWereTyped() throws IOException {
    var notes = Files.writeString(folder.resolve("notes.jpg"), "no picture");
    var photos = folder.resolve("mixed");
    TestImages.write(photos, 1, false, "t");
    var other = Files.writeString(photos.resolve("zother.jpg"), "no picture");
    var picture = folder.resolve("rebuilt.png");
    var run =
        CommandRun.of(
            "reconstruct",
            "--weights=../saved-models/models/fashion-mnist-small",
            notes.toString(),
            "--out=" + picture);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "mae: note: skipped " + notes + ": ", "mae: not one image could be read; " + picture)
        .doesNotContain("share", "the only image");
    assertThat(picture).doesNotExist();

    // What can be read is drawn, in whatever order.
    var some =
        CommandRun.of(
            "reconstruct",
            "--weights=../saved-models/models/fashion-mnist-small",
            notes.toString(),
            photos.toString(),
            "--out=" + picture);
    assertThat(some.status()).isEqualTo(1);
    assertThat(some.err()).contains("skipped " + notes + ": ", "skipped " + other + ": ");
    assertThat(picture).isNotEmptyFile();

    var rows = folder.resolve("rows.npy");
    var embedded =
        CommandRun.of(
            "embed",
            "../saved-models/models/fashion-mnist-small",
            "--data=" + notes,
            "--out=" + rows);
    assertThat(embedded.status()).isEqualTo(1);
    assertThat(embedded.err())
        .contains("skipped " + notes + ": ", "not one image could be read; " + rows);
    try (var left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.contains("rows"));
    }
  }

  /** Of the eight images in the report's pictures one is more than a hundredth. */
  @Test
  void seesAReportThoughAnImageThatItWouldShowIsBroken() throws IOException {
    TestImages.write(folder.resolve("images"), 100, true, "t");
    Files.writeString(folder.resolve("images/+first.jpg"), "no picture");
    var run =
        pretrain(
            "--data",
            folder.resolve("images").toString(),
            "--set",
            "training { epochs: 1 warmup_epochs: 0 batch_size: 100 }");
    assertThat(run.complaints()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("folder " + folder.resolve("images") + " (101 for training)")
        .contains("; 1 step of 100 images")
        .contains("1 image could not be read");
    assertThat(folder.resolve("run/report.html")).content().contains("<h2>Reconstructions</h2>");
  }

  @Test
  void readsThatThereAreNoEvaluationImagesAndHowToCutSomeOff() throws IOException {
    TestImages.write(folder.resolve("lying"), 3, true, "t");
    TestImages.write(folder.resolve("standing"), 3, false, "t");
    var run =
        CommandRun.of("finetune", "--from-scratch", "--data", folder.toString(), "--out", out());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("no evaluation images").contains("'" + folder + "?val=0.1'");
  }

  @Test
  void readsThatTheOutputCannotBeWritten() throws IOException {
    var file = Files.writeString(folder.resolve("file"), "in the way");
    var run = CommandRun.of("pretrain", "--out", file.resolve("run").toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("%s cannot be written (%s is in the way)".formatted(file.resolve("run"), file))
        .contains("choose another folder");
  }

  /** The checkpoints would be what could not be written. */
  @Test
  void readsThatTheFolderThatWasGivenCannotBeWritten() throws Exception {
    var locked = Files.createDirectories(folder.resolve("locked"));
    var lock = new ProcessBuilder("chattr", "+i", locked.toString()).start();
    assumeTrue(
        lock.waitFor() == 0, "skipped: folders cannot be made unchangeable with chattr here");
    try {
      assertThat(CommandRun.of("pretrain", "--out", locked.toString()).err().lines())
          .containsExactly(
              "mae: %s cannot be written (no permission); choose another folder".formatted(locked));
    } finally {
      assertThat(new ProcessBuilder("chattr", "-i", locked.toString()).start().waitFor()).isZero();
    }
    var file = Files.writeString(folder.resolve("file"), "no folder");
    var run = CommandRun.of("pretrain", "--out", file.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(file + " is a file; a run goes into a folder");
  }

  @Test
  void readsThatARunIsAlreadyThere() throws IOException {
    TestImages.labelled(folder, 8);
    assertThat(pretrain("--data", folder.toString()).status()).isZero();
    var again = pretrain("--data", folder.toString());
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).contains("--resume");
  }

  @Test
  void readsWhoGoesOnWithAFolderOfSeveralRuns() throws IOException {
    Files.createDirectories(folder.resolve("run/cells"));
    String[] single = {"finetune", "--from-scratch", "--out", out()};
    String[] resumed = {"finetune", "--from-scratch", "--out", out(), "--resume"};
    var again = "go on with the line that began them: the same --seeds N and other options, and";
    for (var line : List.of(single, resumed)) {
      assertThat(CommandRun.of(line).status()).isEqualTo(2);
      assertThat(CommandRun.of(line).err()).contains(" holds runs of several seeds; " + again);
    }
    Files.writeString(folder.resolve("run/comparison.textproto"), "");
    for (var line : List.of(single, resumed)) {
      assertThat(CommandRun.of(line).err())
          .contains(" holds a comparison; go on with the command that began it; ");
    }
    var seeds = CommandRun.of("finetune", "--from-scratch", "--seeds=2", "--out", out());
    assertThat(seeds.err()).contains("already holds a comparison");
  }

  @Test
  void readsACommandThatAShellTakesAsItIsMeant() throws IOException {
    var photos = Files.createDirectories(folder.resolve("meine Fotos/bär"));
    var model = "../saved-models/models/fashion-mnist-small";
    assertThat(CommandRun.of("classify", model, photos.toString()).err())
        .contains("; --data '%s' takes".formatted(photos));
    assertThat(CommandRun.of("classify", photos.toString(), "some.jpg").err())
        .contains("`mae export '%s'` makes one".formatted(photos));
  }

  /** A process of its own, since Java reads the locale when it starts; the bytes are UTF-8. */
  @Test
  void readsWhichLocaleSaysANameThatThisOneCannot() throws Exception {
    var shell = "exec \"$@\" \"$(printf 'runs/L\\303\\244ufe 1.textproto')\"";
    for (var line : List.of("finetune --weights", "export", "runs", "pretrain --recipe")) {
      var run =
          MaeProcess.start(
              folder.resolve(line.replace(' ', '-')),
              List.of("sh", "-c", shell, "sh"),
              List.of(),
              List.of(line.split(" ")),
              Map.of("LC_ALL", "C"));
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.output()).contains("set LC_ALL=C.UTF-8").doesNotContain("Exception");
    }
  }

  @Test
  void readsWhatIsTakenWhereAFolderIsCalledAsTheBundledImages() throws Exception {
    Files.createDirectories(folder.resolve("fashion-mnist"));
    Files.writeString(
        folder.resolve("comparison.textproto"),
        """
        data: "fashion-mnist"
        weights { random {} }
        protocols { linear_probe {} }
        labels { total: 100 }
        """);
    // Of a comparison that has not begun there is no status.
    var statuses =
        Map.of(
            "data verify fashion-mnist?train=1", 0,
            "data verify ./fashion-mnist", 2,
            "compare comparison.textproto --status", 2);
    for (var line : statuses.keySet()) {
      var run =
          MaeProcess.start(
              folder.resolve("log-" + line.hashCode()),
              List.of("env", "-C", folder.toString()),
              List.of(),
              List.of(line.split(" ")));
      assertThat(run.status()).as(run.output()).isEqualTo(statuses.get(line));
      var note =
          "mae: note: fashion-mnist is the bundled images; the folder here is ./fashion-mnist";
      assertThat(run.output().contains(note)).as(run.output()).isEqualTo(!line.contains("./"));
    }
  }

  @Test
  void readsWhatItAskedForAndNotOfAComparisonOrARecipe() throws IOException {
    var bench = CommandRun.of("bench", "--task", "knn");
    assertThat(bench.status()).isEqualTo(2);
    assertThat(bench.err())
        .contains("--task knn: there is no such task; there are embed, pretrain,")
        .doesNotContain("recipe");
    var knn = CommandRun.of("knn", "--weights", folder.resolve("none").toString(), "--out", out());
    assertThat(knn.status()).isEqualTo(2);
    assertThat(knn.err())
        .contains("what is asked for: there are no weights at ")
        .doesNotContain("comparison");
  }

  @Test
  void readsThatCheckpointsAreThereThoughTheirRecordIsNot() throws IOException {
    TestImages.labelled(folder, 8);
    assertThat(pretrain("--data", folder.toString()).status()).isZero();
    Files.delete(Path.of(out()).resolve(RecordFile.NAME));
    var again = pretrain("--data", folder.toString());
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).contains("already holds a run");
    var resumed = CommandRun.of("pretrain", "--out", out(), "--resume");
    assertThat(resumed.status()).isEqualTo(1);
    assertThat(resumed.err()).contains(RecordFile.NAME);
  }

  @Test
  void readsWhatARewindNeeds() {
    var scale = CommandRun.of("pretrain", "--out", out(), "--rate-scale", "0.5");
    assertThat(scale.status()).isEqualTo(2);
    assertThat(scale.err()).contains("--rate-scale goes with --rewind");
    var negative = CommandRun.of("pretrain", "--out", out(), "--rewind=3", "--rate-scale=-1");
    assertThat(negative.status()).isEqualTo(2);
    assertThat(negative.err()).contains("--rate-scale -1.0 must be above 0");
    var nothing = CommandRun.of("pretrain", "--out", out(), "--rewind=3");
    assertThat(nothing.status()).isEqualTo(2);
    assertThat(nothing.err()).contains("holds no run to resume");
  }

  @Test
  void readsThatWeightsAreNeeded() {
    var run = CommandRun.of("linear-probe", "--out", out());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--weights");
  }

  @Test
  void readsWhereTheLossStoppedBeingANumber() throws IOException {
    TestImages.labelled(folder, 8);
    var run =
        pretrain(
            "--data",
            folder.toString(),
            "--checkpoint-every",
            "1",
            "--set",
            "training { base_rate: 1e6 weight_decay: 1000 epochs: 20 warmup_epochs: 0 }");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .containsPattern("step \\d+: loss (NaN|-?Infinity|[0-9.E]+), gradient norm (NaN|Infinity)")
        .containsPattern("last good checkpoint is that of step \\d+")
        .contains("training.base_rate")
        .doesNotContain("\tat ");
  }

  @Test
  void seesABrokenImageSkippedAndNamedOnce() throws Exception {
    TestImages.labelled(folder, 20);
    Files.writeString(folder.resolve("train/lying/000.jpg"), "no picture");
    // Without a half val the pictures of the report are of training images too.
    var log = folder.resolve("log.txt");
    var run =
        MaeProcess.start(
            log,
            "pretrain",
            "--data=" + folder.resolve("train"),
            "--recipe=tiny-64",
            "--set",
            SMALL + " data { max_unreadable_share: 0.1 }",
            "--out=" + out());
    assertThat(run.status()).isZero();
    assertThat(run.output()).contains("1 image could not be read").containsOnlyOnce("skipped");
    var record = RecordFile.read(Path.of(out())).orElseThrow();
    assertThat(record.getUnreadableList())
        .singleElement()
        .satisfies(image -> assertThat(image.getName()).contains("000.jpg"));
  }

  /** The classifier is trained with everything that a recipe can do to images. */
  @Test
  void seesABrokenEvaluationImageSkippedAndNamed() throws IOException {
    TestImages.labelled(folder, 20);
    Files.writeString(folder.resolve("val/lying/000.jpg"), "no picture");
    var recipe =
        Files.writeString(
            folder.resolve("all.textproto"),
            """
            extends: ["tiny-64/scratch", "base/augment-finetune"]
            data {
              max_unreadable_share: 0.1
              random_erasing {
                probability: 0.25 min_area: 0.02 max_area: 0.33 min_aspect: 0.3 max_aspect: 3.3
                rectangles: 1
                pixel_noise {}
              }
              repeated_augmentation { repeats: 2 }
            }
            """);
    var run =
        CommandRun.of(
            "finetune",
            "--from-scratch",
            "--data",
            folder.toString(),
            "--recipe",
            recipe.toString(),
            "--set",
            SMALL,
            "--out",
            out());
    assertThat(run.status()).as(run.err()).isZero();
    var record = RecordFile.read(Path.of(out())).orElseThrow();
    assertThat(record.getExperiment().getData().getMixing().getMixupAlpha()).isEqualTo(0.8);
    assertThat(record.getEvaluation().getImages()).isEqualTo(39);
    assertThat(record.getUnreadableList())
        .singleElement()
        .satisfies(image -> assertThat(image.getName()).contains("000.jpg"));
  }

  @Test
  void readsThatTooManyImagesAreBroken() throws IOException {
    TestImages.labelled(folder, 20);
    for (int i = 0; i < 12; i++) {
      Files.writeString(folder.resolve("train/lying/%03d.jpg".formatted(i)), "no picture");
    }
    var run = pretrain("--data", folder.toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("max_unreadable_share").contains(".jpg");
  }

  private CommandRun pretrain(String... more) {
    var args =
        new ArrayList<>(List.of("pretrain", "--recipe", "tiny-64", "--set", SMALL, "--out", out()));
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray(String[]::new));
  }

  private String out() {
    return folder.resolve("run").toString();
  }
}
