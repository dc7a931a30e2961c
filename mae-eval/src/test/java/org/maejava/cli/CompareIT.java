package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.proto.Chart;
import org.maejava.eval.proto.ChartSeries;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.run.Answer;
import org.maejava.eval.run.AnswersFile;
import org.maejava.eval.run.RunFolder;
import org.maejava.record.RecordFile;

@DisplayName("A comparison")
class CompareIT {

  @TempDir private Path folder;
  private Path file;
  private Path out;

  @BeforeEach
  void writesAPlan() throws IOException {
    file = folder.resolve("plan.textproto");
    out = folder.resolve("out");
    plan(ComparisonFolder.PLAN.formatted(ComparisonFolder.SMALL, ""));
  }

  @Test
  void runsEveryCellOnTheSameDrawsAndKeepsWhatCameOfIt() throws IOException {
    var dry = compare("--dry-run");
    assertThat(dry.err()).isEmpty();
    assertThat(dry.out()).contains("10 cells").contains("Partial fine-tuning, ½ block");
    assertThat(out).doesNotExist();

    var run = compare("--models=" + folder.resolve("models"));
    assertThat(run.err().lines()).allMatch(line -> line.startsWith("mae: note: "));
    assertThat(run.status()).isZero();
    assertLegendWhereThereAreStars(run.out());
    assertThat(folder.resolve("models/plan-pretrained/saved_model.pb")).exists();

    var cells = left().cells();
    assertThat(cells).hasSize(10);
    for (long seed = 0; seed < 2; seed++) {
      long of = seed;
      var same = cells.keySet().stream().filter(path -> path.endsWith("seed-" + of)).toList();
      assertThat(
              same.stream()
                  .map(ComparisonFolder::record)
                  .map(r -> r.getData().getDigest())
                  .distinct())
          .as("one draw of labels for all rows")
          .hasSize(1);
    }
    assertThat(cells.values())
        .allSatisfy(
            cell -> {
              assertThat(cell.getImages()).isEqualTo(2000);
              assertThat(cell.getLabels()).isEqualTo(100);
              assertThat(cell.getTrialsList()).hasSize(2);
              assertThat(cell.getTrials(0).getImages()).as("held out").isEqualTo(20);
              assertThat(cell.getCost().getSeconds()).isPositive();
              assertThat(cell.getCost().getImagesTrained()).isEqualTo(200);
            });
    for (var cell : cells.entrySet()) {
      var record = ComparisonFolder.record(cell.getKey());
      var answers = AnswersFile.read(cell.getKey(), record.getData().getClassesList());
      assertThat(answers.orElseThrow())
          .hasSize(2000)
          .extracting(Answer::image)
          .doesNotHaveDuplicates();
      assertThat(Answer.right(answers.orElseThrow()))
          .isEqualTo(BitSet.valueOf(cell.getValue().getRight().toByteArray()))
          .extracting(BitSet::cardinality)
          .isEqualTo(record.getEvaluation().getCorrect());
    }
    assertThat(ComparisonFolder.record(out.resolve("cells/linear-probe/10-of-each-class/seed-0")))
        .satisfies(probe -> assertThat(probe.getFrozenParameters()).isEqualTo(30));

    var comparison = left().report().getComparison();
    assertThat(comparison.getEntriesList())
        .extracting(ComparisonEntry::getProtocol)
        .containsExactly(
            "Fine-tuning",
            "Linear probe",
            "Partial fine-tuning, ½ block",
            "Partial fine-tuning, 1 block",
            "From scratch");
    var tuned = comparison.getEntries(0);
    assertThat(tuned.getInterval().getLow()).isLessThan(tuned.getMeanAccuracy());
    assertThat(tuned.getFromBaseline().getBaseline()).isEqualTo("From scratch");
    assertThat(tuned.getFromBaseline().hasCrossed()).isTrue();
    assertThat(comparison.getEntries(4).hasFromBaseline()).isFalse();
    assertThat(comparison.getChartsList())
        .singleElement()
        .satisfies(
            chart ->
                assertThat(chart.getSeries(0).getPointsList())
                    .extracting(point -> point.getValue())
                    .containsExactly(0.0, 0.5, 1.0, 2.0));

    var nothing = CommandRun.of("compare", file.toString(), "--status", "--out=" + folder);
    assertThat(nothing.status()).isEqualTo(2);
    assertThat(nothing.err()).contains(folder + " holds no comparison");
    var status = compare("--status");
    assertThat(status.out()).contains("10 of 10 cells are finished").contains("Fine-tuning");
    assertLegendWhereThereAreStars(status.out());

    var before = left().contents();
    var again = compare();
    assertThat(again.out()).contains("10 cells, 0 of them to be run");
    assertThat(left().contents()).isEqualTo(before);

    plan(
        ComparisonFolder.PLAN
            .formatted(ComparisonFolder.SMALL, "")
            .replace("seeds: 1", "seeds: 1 seeds: 2"));
    assertThat(compare("--status").out())
        .contains("10 of 15 cells are finished")
        .contains("the table is that of the 10 cells which the comparison had");
    assertThat(left().contents()).isEqualTo(before);
    var more = compare();
    assertThat(more.out()).contains("15 cells, 5 of them to be run");
    assertThat(left().contents()).containsAllEntriesOf(before);

    plan(
        ComparisonFolder.PLAN
            .formatted(ComparisonFolder.SMALL, "")
            .replace("epochs: 2", "epochs: 3"));
    var other = compare();
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err())
        .contains("holds 10 finished cells of other recipes, weights or images")
        .contains("--overwrite");
    assertThat(left().contents()).containsAllEntriesOf(before);
  }

  @Test
  void letsTheFirstSeedDecideForTheOthers() throws IOException {
    // A rate at which the loss is not finite is a trial that failed, not the end.
    plan(
        ComparisonFolder.PLAN
            .formatted(ComparisonFolder.SMALL, "first_seed_decides {}")
            .replace("partial { sweep {} }", "finetune {}")
            .replace("rates: 0.5", "rates: 1e30"));
    assertThat(compare().status()).isZero();
    var cells = left().cells();
    for (var row : List.of("fine-tuning", "from-scratch")) {
      var first = cells.get(out.resolve("cells/" + row + "/10-of-each-class/seed-0"));
      var second = cells.get(out.resolve("cells/" + row + "/10-of-each-class/seed-1"));
      assertThat(first.getTrialsCount()).isEqualTo(2);
      assertThat(first.getTrials(0).getLoss()).isInfinite();
      assertThat(first.getVariant()).isEqualTo(first.getTrials(1).getVariant());
      assertThat(second.getTrialsCount()).isZero();
      assertThat(second.getVariant()).isEqualTo(first.getVariant());
    }
  }

  @Test
  void saysEverythingThatIsWrongAtOnceAndWritesNothing() throws IOException {
    plan(
        """
        data: "fashion-mnist"
        weights { name: "a" pretraining {} }
        weights { name: "a" random {} }
        protocols { name: "nothing" }
        labels { per_class: 1 }
        seeds: 0
        seeds: 0
        search { rates: -1 held_out_share: 1.5 }
        baseline: "x"
        baseline_weights: "b"
        charts { title: "c" }
        """);
    var run = compare();
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("weights: \"a\" is there twice")
        .contains("baseline and baseline_weights exclude each other")
        .contains("baseline_weights: \"b\" is not among")
        .contains("search.held_out_share 1.5 must be above 0 and below 1")
        .contains("search.rates -1.0 must be above 0")
        .contains("seeds: 0 is there twice")
        .contains("charts \"c\" has no axis");
    plan("protcols {}");
    assertThat(compare().err()).contains("plan.textproto: line 1, column 1: ").contains("protcols");
    assertThat(out).doesNotExist();
  }

  @Test
  void saysOfWhomFewLabelsMakeTheUpdatesSmaller() throws IOException {
    plan(
        ComparisonFolder.PLAN
            .formatted(ComparisonFolder.SMALL, "")
            .replace("per_class: 10", "per_class: 2"));
    assertThat(compare("--dry-run").err())
        .contains(
            "mae: note: 10 images do not fill the recipe's update of 50 images: updates are of 10 images, at 0.200"
                + " times its rate (\"Fine-tuning\" and 4 others)");
    assertThat(out).doesNotExist();
  }

  @Test
  void startsFromWhatLiesThereAndFromTheSameNetworkUntrained() throws IOException {
    assertThat(compare().status()).isZero();
    var encoder = out.resolve("pretraining/encoder");
    var asWeights = CommandRun.of("export", out.toString(), "--out=" + folder.resolve("exported"));
    assertThat(asWeights.status()).isEqualTo(2);
    assertThat(asWeights.err())
        .contains(out + " holds a comparison, of which only reports are kept, no model")
        .contains("but what it pre-trained is there: " + encoder);
    var both = folder.resolve("both");
    assertThat(
            CommandRun.of("report", encoder.toString(), out.toString(), "--out=" + both).status())
        .isZero();
    assertThat(both.resolve("report.md"))
        .content()
        .contains("2 results side by side")
        .contains("Beside them, of comparisons: ");
    out = folder.resolve("other");
    plan(
        """
        weights { name: "trained" path: "%s" }
        weights { name: "random" random {} }
        change { training { epochs: 2 } }
        protocols { linear_probe {} }
        labels { total: 100 }
        baseline_weights: "random"
        """
            .formatted(encoder));
    var run = compare();
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    var trained =
        ComparisonFolder.record(out.resolve("cells/linear-probe-trained/100-labels/seed-0"));
    var random =
        ComparisonFolder.record(out.resolve("cells/linear-probe-random/100-labels/seed-0"));
    assertThat(random.getExperiment()).isEqualTo(trained.getExperiment());
    assertThat(run.out()).contains("warm-up is the recipe's in proportion");
    var recipe = Recipes.load("demo", "linear-probe", List.of()).getTraining();
    assertThat(trained.getExperiment().getTraining().getWarmupEpochs())
        .isEqualTo(recipe.getWarmupEpochs() * 2 / recipe.getEpochs())
        .isPositive();
    assertThat(trained.getInitialWeights()).startsWith(encoder.toString());
    assertThat(random.hasInitialWeights()).isFalse();
    assertThat(left().report().getComparison().getEntries(0).getFromBaseline().getBaseline())
        .isEqualTo("Linear probe, random");

    plan(
        """
        family: "tiny-64"
        weights { path: "%s" }
        protocols { linear_probe {} }
        labels { total: 100 }
        """
            .formatted(encoder));
    out = folder.resolve("of-another-family");
    assertThat(compare("--dry-run").err())
        .contains(
            "mae: note: the weights %s bring their own images, patches and encoder, not those of the family tiny-64"
                .formatted(encoder));
  }

  @Test
  void ofTheDemoIsABundledOne() throws IOException {
    var run =
        CommandRun.of(
            "demo",
            "--epochs=1",
            "--set",
            ComparisonFolder.SMALL,
            "--out=" + out,
            "--models=" + folder.resolve("m"));
    assertThat(run.err().lines()).allMatch(line -> line.startsWith("mae: note: "));
    assertThat(run.status()).isZero();
    assertLegendWhereThereAreStars(run.out());
    assertThat(folder.resolve("m/demo-pretrained/saved_model.pb")).exists();
    assertThat(folder.resolve("m/demo-classifier/saved_model.pb")).exists();
    assertThat(left().report().getExportsList())
        .containsExactly(
            folder.resolve("m/demo-pretrained").toString(),
            folder.resolve("m/demo-classifier").toString());
    refusesTheModelsOfAnother(folder.resolve("m"));
    assertThat(out.resolve("comparison.textproto")).exists();
    assertThat(left().report().getComparison().getEntriesList())
        .hasSize(10)
        .filteredOn(entry -> !entry.getProtocol().equals("From scratch"))
        .allSatisfy(entry -> assertThat(entry.getFromBaseline().hasCrossed()).isTrue());
  }

  /** Nothing is trained for what could not be kept; who wrote them writes them again. */
  private void refusesTheModelsOfAnother(Path models) throws IOException {
    var record = models.resolve("demo-classifier/record.json");
    var before = Files.readAllBytes(record);
    var second = folder.resolve("second");
    var again = List.of("demo", "--epochs=1", "--set=" + ComparisonFolder.SMALL);
    var other = CommandRun.of(with(again, "--out=" + second, "--models=" + models));
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err())
        .contains(
            models.resolve("demo-pretrained") + " and " + models.resolve("demo-classifier"),
            "are there already, not written by the comparison in " + second,
            "choose another --models");
    assertThat(second).doesNotExist();
    assertThat(record).hasBinaryContent(before);
    // As if the comparison had been deleted: each says who wrote it.
    Files.delete(out.resolve(RunFolder.MODELS));
    var own = CommandRun.of(with(again, "--out=" + out, "--models=" + models));
    assertThat(own.status()).as(own.err()).isZero();
    Files.delete(out.resolve(RunFolder.MODELS));
    var unlike = RecordFile.read(models.resolve("demo-classifier")).orElseThrow().toBuilder();
    Files.writeString(record, RecordFile.json(unlike.clearComparison().build()));
    var refused = CommandRun.of(with(again, "--out=" + out, "--models=" + models));
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .contains(models.resolve("demo-classifier") + " is there already, not written by")
        .doesNotContain("demo-pretrained");
  }

  private static String[] with(List<String> args, String... more) {
    return Stream.concat(args.stream(), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void ofAnAblationTrainsEverySettingOnceAndChartsItBesideThePapers() throws IOException {
    String[] command = {
      "ablate",
      "mask-token",
      "target",
      "--out=" + out,
      "--labels=100",
      "--set",
      ComparisonFolder.SMALL.replace("warmup_epochs: 0.2", ""),
      "--set-evaluation",
      "training { epochs: 1 }"
    };
    var run = CommandRun.of(command);
    assertThat(run.err().lines()).allMatch(line -> line.startsWith("mae: note: "));
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains(
            "2 comparisons: 4 pre-trainings (0 finished), 10 cells (0 finished)",
            "1 of 2: Mask token",
            "2 of 2: Reconstruction target",
            "all 2 comparisons are finished: 4 pre-trainings, 10 cells");
    var dry = CommandRun.of(with(List.of(command), "--dry-run"));
    assertThat(dry.out())
        .contains("2 comparisons: 4 pre-trainings (4 finished), 10 cells (10 finished)")
        .containsPattern("\n2 comparisons together: 4 pre-trainings, 10 cells, about [0-9]+ ");
    try (var trained = Files.list(out.resolve("pretraining"))) {
      // Without mask tokens and normalised pixels are both the recipe as it is.
      assertThat(trained.filter(Files::isDirectory)).hasSize(2 + 3 - 1);
    }
    out = out.resolve("target");
    var comparison = left().report().getComparison();
    assertThat(comparison.getEntriesCount()).isEqualTo(6);
    assertThat(comparison.getBaseline()).isEqualTo("the same from normalised pixels");
    assertThat(comparison.getEntries(0).getFromBaseline().getBaseline())
        .isEqualTo("Fine-tuning, normalised pixels");
    Chart chart = comparison.getCharts(0);
    assertThat(chart.getFigure()).isEqualTo("Table 1d");
    assertThat(chart.getSeriesList())
        .extracting(ChartSeries::getName)
        .containsExactly(
            "Fine-tuning", "Linear probe", "ViT-L/16, fine-tuning", "ViT-L/16, linear probe");
    assertThat(chart.getSeries(0).getPointsList())
        .extracting(point -> point.getName())
        .containsExactly("pixels", "normalised pixels", "PCA");
  }

  private void assertLegendWhereThereAreStars(String said) throws IOException {
    assertThat(said).contains("[95 % interval: bootstrap over seeds and images]");
    var figures = Pattern.compile("\\d] \\*");
    assertThat(said.contains("* more than chance away from From scratch"))
        .isEqualTo(figures.matcher(said).find());
    var page = Files.readString(out.resolve("report.html"), UTF_8);
    assertThat(page.contains("* more than chance away from From scratch"))
        .isEqualTo(figures.matcher(said).find());
  }

  private ComparisonFolder left() {
    return new ComparisonFolder(out);
  }

  private CommandRun compare(String... more) {
    var words = new ArrayList<>(List.of("compare", file.toString(), "--out=" + out));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(String[]::new));
  }

  private void plan(String text) throws IOException {
    Files.writeString(file, text, UTF_8);
  }
}
