package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.proto.CellRecord;
import org.maejava.eval.proto.Chart;
import org.maejava.eval.proto.ChartSeries;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.run.Answer;
import org.maejava.eval.run.AnswersFile;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;

@DisplayName("A comparison")
class CompareIT {

  private static final String SMALL =
      "model { encoder { width: 16 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 1 warmup_epochs: 0.2 }";

  private static final String PLAN =
      """
      data: "fashion-mnist"
      family: "demo"
      weights { pretraining { change { %s } } }
      change { training { epochs: 2 warmup_epochs: 0.5 } }
      protocols { finetune {} }
      protocols { partial { sweep {} } }
      protocols { scratch {} }
      labels { per_class: 10 }
      seeds: 0
      seeds: 1
      search { rates: 0.5 rates: 1 held_out_share: 0.2 %s }
      charts { title: "Tuned blocks" figure: "Figure 9" blocks {} }
      """;

  @TempDir private Path folder;
  private Path file;
  private Path out;

  @BeforeEach
  void writesAPlan() throws IOException {
    file = folder.resolve("plan.textproto");
    out = folder.resolve("out");
    plan(PLAN.formatted(SMALL, ""));
  }

  @Test
  void runsEveryCellOnTheSameDrawsAndKeepsWhatCameOfIt() throws IOException {
    var dry = compare("--dry-run");
    assertThat(dry.err()).isEmpty();
    assertThat(dry.out()).contains("10 cells").contains("Partial fine-tuning, ½ block");
    assertThat(out).doesNotExist();

    var run = compare("--models=" + folder.resolve("models"));
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(folder.resolve("models/plan-pretrained/saved_model.pb")).exists();

    var cells = cells();
    assertThat(cells).hasSize(10);
    for (long seed = 0; seed < 2; seed++) {
      long of = seed;
      var same = cells.keySet().stream().filter(path -> path.endsWith("seed-" + of)).toList();
      assertThat(same.stream().map(this::record).map(r -> r.getData().getDigest()).distinct())
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
      var record = record(cell.getKey());
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
    assertThat(record(out.resolve("cells/linear-probe/10-of-each-class/seed-0")))
        .satisfies(probe -> assertThat(probe.getFrozenParameters()).isEqualTo(30));

    var comparison = report().getComparison();
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

    var status = compare("--status");
    assertThat(status.out()).contains("10 of 10 cells are finished").contains("Fine-tuning");

    var before = contents();
    var again = compare();
    assertThat(again.out()).contains("10 cells, 0 of them to be run");
    assertThat(contents()).isEqualTo(before);

    plan(PLAN.formatted(SMALL, "").replace("seeds: 1", "seeds: 1 seeds: 2"));
    var more = compare();
    assertThat(more.out()).contains("15 cells, 5 of them to be run");
    assertThat(contents()).containsAllEntriesOf(before);

    plan(PLAN.formatted(SMALL, "").replace("epochs: 2", "epochs: 3"));
    var other = compare();
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err())
        .contains("holds 10 finished cells of other recipes, weights or images")
        .contains("--overwrite");
    assertThat(contents()).containsAllEntriesOf(before);
  }

  @Test
  void letsTheFirstSeedDecideForTheOthers() throws IOException {
    // A rate at which the loss is not finite is a trial that failed, not the end.
    plan(
        PLAN.formatted(SMALL, "first_seed_decides {}")
            .replace("partial { sweep {} }", "finetune {}")
            .replace("rates: 0.5", "rates: 1e30"));
    assertThat(compare().status()).isZero();
    var cells = cells();
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
  void thatIsKilledAgainAndAgainRepeatsNoFinishedCellAndEndsWithTheSameAnswers() throws Exception {
    var whole = folder.resolve("whole");
    // A process like those below: in this one TensorFlow began with other threads.
    var unharmed = start(whole);
    assertThat(unharmed.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(unharmed.exitValue()).isZero();

    Map<String, String> before = Map.of();
    for (int finished : new int[] {1, 4, 7}) {
      var process = start(out);
      long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
      while (process.isAlive() && finishedCells().size() < finished) {
        assertThat(System.nanoTime()).as("patience").isLessThan(patience);
        Thread.sleep(20);
      }
      assertThat(process.isAlive()).as("still running after %d cells", finished).isTrue();
      process.destroyForcibly();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(contents()).containsAllEntriesOf(before);
      before = contents();
    }
    var status = compare("--status");
    assertThat(status.out()).containsPattern("[0-9]+ of 10 cells are finished");

    var process = start(out);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(contents()).containsAllEntriesOf(before);
    var answers = answers(out);
    assertThat(answers).hasSize(10).isEqualTo(answers(whole));
  }

  @Test
  void whoseFolderIsRemovedMeanwhileDoesNotGoOnAsIfNothingHadBeen() throws Exception {
    var said = folder.resolve("said.txt");
    var process = MaeProcess.start(said, "compare", file.toString(), "--threads=1", "--out=" + out);
    var first = out.resolve("cells/linear-probe/10-of-each-class/seed-0/cell.json");
    process.await(() -> Files.exists(first));
    Files.delete(out.resolve("comparison.textproto"));
    assertThat(process.status()).isEqualTo(1);
    assertThat(process.output())
        .contains(out.resolve("comparison.textproto") + " is gone")
        .contains("remove " + out);
    assertThat(cells().size()).isLessThan(10);
  }

  @Test
  void thatIsKilledWithinACellGoesOnThere() throws Exception {
    plan(
        """
        change { training { epochs: 20 warmup_epochs: 1 } }
        change { model { encoder { width: 16 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } } }
        protocols { scratch {} }
        labels { total: 2000 }
        """);
    var whole = folder.resolve("whole");
    assertThat(start(whole).waitFor()).isZero();

    var process = start(out);
    long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (process.isAlive() && checkpoint().isEmpty()) {
      assertThat(System.nanoTime()).as("patience").isLessThan(patience);
      Thread.sleep(5);
    }
    process.destroyForcibly();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(finishedCells()).isEmpty();
    assertThat(checkpoint()).isPresent();
    var killed = Instant.now();

    assertThat(start(out).waitFor()).isZero();
    assertThat(answers(out)).hasSize(1).isEqualTo(answers(whole));
    var cell = out.resolve("cells/from-scratch/2000-labels/seed-0");
    assertThat(Instant.parse(record(cell).getProvenance().getStarted())).isBefore(killed);
    assertThat(list(cell.getParent())).containsExactly(cell);
  }

  /** Of the cell that is being run. */
  private Optional<Path> checkpoint() throws IOException {
    for (var row : list(out.resolve("cells"))) {
      for (var run : list(row.resolve("2000-labels/seed-0-trials"))) {
        for (var checkpoint : list(run.resolve("checkpoints"))) {
          if (checkpoint.getFileName().toString().startsWith("step-")) {
            return Optional.of(checkpoint);
          }
        }
      }
    }
    return Optional.empty();
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
    plan(PLAN.formatted(SMALL, "").replace("per_class: 10", "per_class: 2"));
    assertThat(compare().err())
        .contains(
            "\"Fine-tuning\" and 4 others with 2 of each class: 10 images to learn from, while others"
                + " are held out, do not fill one update of 50");
    plan("protcols {}");
    assertThat(compare().err()).contains("plan.textproto: 1:1").contains("protcols");
    assertThat(out).doesNotExist();
  }

  @Test
  void startsFromWhatLiesThereAndFromTheSameNetworkUntrained() throws IOException {
    assertThat(compare().status()).isZero();
    var encoder = out.resolve("pretraining/encoder");
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
    var trained = record(out.resolve("cells/linear-probe-trained/100-labels/seed-0"));
    var random = record(out.resolve("cells/linear-probe-random/100-labels/seed-0"));
    assertThat(random.getExperiment()).isEqualTo(trained.getExperiment());
    assertThat(run.out()).contains("warm-up is the recipe's in proportion");
    var recipe = Recipes.load("demo", "linear-probe", List.of()).getTraining();
    assertThat(trained.getExperiment().getTraining().getWarmupEpochs())
        .isEqualTo(recipe.getWarmupEpochs() * 2 / recipe.getEpochs())
        .isPositive();
    assertThat(trained.getInitialWeights()).startsWith(encoder.toString());
    assertThat(random.hasInitialWeights()).isFalse();
    assertThat(report().getComparison().getEntries(0).getFromBaseline().getBaseline())
        .isEqualTo("Linear probe, random");
  }

  @Test
  void ofTheDemoIsABundledOne() throws IOException {
    var run =
        CommandRun.of(
            "demo",
            "--epochs=1",
            "--set",
            SMALL,
            "--out=" + out,
            "--models=" + folder.resolve("m"));
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(folder.resolve("m/demo-pretrained/saved_model.pb")).exists();
    assertThat(folder.resolve("m/demo-classifier/saved_model.pb")).exists();
    assertThat(out.resolve("comparison.textproto")).exists();
    assertThat(report().getComparison().getEntriesList())
        .hasSize(10)
        .filteredOn(entry -> !entry.getProtocol().equals("From scratch"))
        .allSatisfy(entry -> assertThat(entry.getFromBaseline().hasCrossed()).isTrue());
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
      SMALL.replace("warmup_epochs: 0.2", ""),
      "--set-evaluation",
      "training { epochs: 1 }"
    };
    var run = CommandRun.of(command);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    try (var trained = Files.list(out.resolve("pretraining"))) {
      // Without mask tokens and normalised pixels are both the recipe as it is.
      assertThat(trained.filter(Files::isDirectory)).hasSize(2 + 3 - 1);
    }
    out = out.resolve("target");
    var comparison = report().getComparison();
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

  private CommandRun compare(String... more) {
    var words = new ArrayList<>(List.of("compare", file.toString(), "--out=" + out));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(String[]::new));
  }

  private Process start(Path into) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "org.maejava.cli.Main",
            "compare",
            file.toString(),
            "--threads=1",
            "--out=" + into)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private void plan(String text) throws IOException {
    Files.writeString(file, text, UTF_8);
  }

  private Map<Path, CellRecord> cells() throws IOException {
    return cells(out);
  }

  private static Map<Path, CellRecord> cells(Path of) throws IOException {
    var cells = new TreeMap<Path, CellRecord>();
    try (var files = Files.walk(of.resolve("cells"))) {
      for (var json : files.filter(path -> path.endsWith("cell.json")).toList()) {
        var cell = CellRecord.newBuilder();
        JsonFormat.parser().merge(Files.readString(json, UTF_8), cell);
        cells.put(json.getParent(), cell.build());
      }
    }
    return cells;
  }

  /** What every cell got right, and what was chosen. */
  private static Map<String, List<Object>> answers(Path of) throws IOException {
    return cells(of).entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> of.relativize(entry.getKey()).toString(),
                entry ->
                    List.of(
                        entry.getValue().getRight(),
                        entry.getValue().getVariant(),
                        entry.getValue().getFingerprint())));
  }

  /** Bytes of every finished cell's files. */
  private Map<String, String> contents() throws IOException {
    var contents = new TreeMap<String, String>();
    for (var cell : finishedCells()) {
      for (var file : list(cell)) {
        contents.put(file.toString(), Files.readString(file, UTF_8));
      }
    }
    return contents;
  }

  /** Those that are there whole; what is being written beside them may vanish at any moment. */
  private List<Path> finishedCells() throws IOException {
    var finished = new ArrayList<Path>();
    for (var row : list(out.resolve("cells"))) {
      for (var column : list(row)) {
        list(column).stream()
            .filter(cell -> cell.getFileName().toString().matches("seed-\\d+"))
            .forEach(finished::add);
      }
    }
    return finished;
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  private RunRecord record(Path cell) {
    try {
      return RecordFile.read(cell).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ReportRecord report() throws IOException {
    var report = ReportRecord.newBuilder();
    JsonFormat.parser().merge(Files.readString(out.resolve("report.json"), UTF_8), report);
    return report.build();
  }
}
