package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.report.Report;
import org.maejava.record.RecordFile;
import org.maejava.storage.Deletion;

@DisplayName("Reports")
@TestInstance(Lifecycle.PER_CLASS)
class ReportIT {

  private static final String MODEL =
      "model { encoder { width: 16 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }";

  @TempDir private static Path folder;
  private Path pretrained;
  private Path finetuned;
  private Path scratch;

  @BeforeAll
  void train() throws IOException {
    // What a person might call a class, and what would be markup if it were not escaped.
    var photos = TestImages.labelled(folder.resolve("photos"), 24);
    for (var half : List.of("train", "val")) {
      Files.move(photos.resolve(half).resolve("lying"), photos.resolve(half).resolve("a <b>&'\"ü"));
    }
    pretrained = folder.resolve("runs/pretrained");
    finetuned = folder.resolve("runs/finetuned");
    scratch = folder.resolve("runs/scratch");
    var data = photos.toString();
    ok(
        "pretrain",
        "--recipe=tiny-64",
        "--set=" + MODEL,
        "--set=model { normalised_pixels {} }",
        "--set=training { epochs: 3 warmup_epochs: 1 batch_size: 12 }",
        "--data=" + data,
        "--out=" + pretrained,
        "--probe-every=1",
        "--tensorboard");
    var training =
        "--set=training { epochs: 2 warmup_epochs: 0 batch_size: 12 accumulation_steps: 1 }";
    ok("finetune", "--weights=" + pretrained, "--data=" + data, "--out=" + finetuned, training);
    ok(
        "finetune",
        "--from-scratch",
        "--recipe=tiny-64",
        "--set=" + MODEL,
        "--data=" + data,
        "--out=" + scratch,
        training);
  }

  private static CommandRun ok(String... words) {
    var run = CommandRun.of(words);
    assertThat(run.complaints()).isEmpty();
    assertThat(run.status()).isZero();
    return run;
  }

  @Test
  void ofAPretrainingShowsWhatItRebuildsLooksAtAndHoldsForAlike() throws IOException {
    var report = Report.read(pretrained);
    var html = Files.readString(pretrained.resolve("report.html"));
    assertThat(sections(html))
        .containsExactly(
            "Pre-training",
            "Reconstructions",
            "Attention",
            "Neighbours in feature space",
            "Map of the features",
            "Throughput and cost",
            "Data",
            "The paper beside",
            "Provenance");
    assertThat(report.getPictures(0).getCaptionsList())
        .hasSize(5)
        .allSatisfy(
            caption ->
                assertThat(caption)
                    .contains("guessed: those with which it meets its neighbours")
                    .doesNotContain("LEAKING", "% hidden"));
    assertThat(html)
        .contains("<h3>90 % hidden, random", "<h3>75 % hidden, grid", "<h3>75 % hidden, block");
    assertThat(report.getFeatureMap().getPointsCount()).isEqualTo(48);
    assertThat(report.getPretraining().getProbesList())
        .hasSize(3)
        .allSatisfy(probe -> assertThat(probe.getImages()).isEqualTo(48));
    assertThat(html).doesNotContain("a <b>").contains("a &lt;b&gt;&amp;");
  }

  @Test
  void ofAClassifierShowsItsAnswersWhichAddUp() throws IOException {
    var report = Report.read(finetuned);
    var evaluation = report.getComparison().getEntries(0).getRuns(0).getEvaluation();
    int right = report.getAnswers().getClassesList().stream().mapToInt(of -> of.getRight()).sum();
    assertThat(right).isEqualTo(evaluation.getCorrect());
    assertThat(report.getAnswers().getImages()).isEqualTo(evaluation.getImages()).isEqualTo(48);
    assertThat(Files.readAllLines(finetuned.resolve("answers.jsonl"))).hasSize(48);
    assertThat(report.getCalibration().getAccuracy()).isEqualTo(evaluation.getAccuracy());
    assertThat(sections(Files.readString(finetuned.resolve("report.html"))))
        .contains("Right and wrong, by class", "Calibration", "Attention")
        .doesNotContain("Reconstructions");
    var log = Files.readAllLines(finetuned.resolve("log.jsonl"));
    var last = JsonParser.parseString(log.get(log.size() - 1)).getAsJsonObject();
    assertThat(last.get("test_acc1").getAsDouble()).isEqualTo(100 * evaluation.getAccuracy());
    var first = JsonParser.parseString(log.get(0)).getAsJsonObject();
    assertThat(first.keySet()).contains("train_loss", "train_lr", "epoch", "loss", "rate");
    assertThat(first.get("train_loss")).isEqualTo(first.get("loss"));
  }

  @Test
  void areWrittenAgainFromTheFolderAlone() throws IOException {
    for (var run : List.of(pretrained, finetuned)) {
      var again = folder.resolve("again").resolve(run.getFileName());
      var said = ok("report", run.toString(), "--out=" + again);
      assertThat(said.out()).contains("report: " + again.resolve("report.html"));
      assertThat(Report.read(again)).isEqualTo(Report.read(run));
      assertThat(Files.readString(again.resolve("report.md")))
          .isEqualTo(Files.readString(run.resolve("report.md")));
    }
  }

  @Test
  void ofSeveralRunsTestTheirDifferencesOnTheSameImages() throws IOException {
    var out = folder.resolve("several");
    var said =
        ok(
            "report",
            pretrained.toString(),
            finetuned.toString(),
            scratch.toString(),
            "--out=" + out);
    var report = Report.read(out);
    assertThat(report.getRunsCount()).isEqualTo(3);
    assertThat(report.getComparison().getEntriesCount()).isEqualTo(2);
    var tested = report.getComparison().getEntries(0).getFromBaseline();
    assertThat(tested.getBaseline()).isEqualTo("From scratch");
    assertThat(tested.hasMcnemar()).isTrue();
    assertThat(said.out()).contains("\"Fine-tuning\" gets").contains("p ");
    var alone = RecordFile.read(finetuned).orElseThrow().getEvaluation();
    var beside = report.getComparison().getEntries(0).getInterval();
    assertThat(List.of(beside.getLow(), beside.getHigh()))
        .as("one result, one interval")
        .isEqualTo(List.of(alone.getAccuracyLow(), alone.getAccuracyHigh()));
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("pretraining-loss")
        .contains("labelled-gradient-norm");
  }

  /** A comparison of many rows on other images is one remark, not one for each row. */
  @Test
  void ofSeveralSayWhoseAnswersAreMissingForATest() throws IOException {
    var answers = finetuned.resolve("answers.jsonl");
    var aside = folder.resolve("answers-aside.jsonl");
    Files.move(answers, aside);
    try {
      var out = folder.resolve("untested");
      ok("report", scratch.toString(), finetuned.toString(), "--out=" + out);
      assertThat(Report.read(out).getConclusion())
          .contains("There is no answers.jsonl in the folder of ")
          .contains("differences from it and their tests are left out");
    } finally {
      Files.move(aside, answers);
    }
  }

  @Test
  void ofSeveralSayOnceWhatWasEvaluatedOnOtherImages() throws IOException {
    var other = folder.resolve("elsewhere/comparison");
    var run = RecordFile.read(scratch).orElseThrow().toBuilder();
    run.getDataBuilder().setClasses(0, "other");
    var comparison = Comparison.newBuilder();
    for (var row : List.of("A", "B", "C")) {
      comparison.addEntries(Statistics.entry(row, 24, List.of(run.build())));
    }
    new Report(ReportRecord.newBuilder().setComparison(comparison).build(), List.of()).write(other);

    var out = folder.resolve("elsewhere/report");
    var said = ok("report", finetuned.toString(), other.toString(), "--out=" + out);
    var remark = "Evaluated on other images than finetuned, and so in no row: comparison.";
    assertThat(said.out()).containsOnlyOnce("other images").contains(remark);
    assertThat(said.err()).isEmpty();
    assertThat(Report.read(out).getConclusion()).endsWith(remark);
    assertThat(Report.read(out).getComparisons(0).getName()).isEqualTo("comparison");
    Deletion.of(folder.resolve("elsewhere"));
  }

  @Test
  void ofOneFolderTwiceAreRefused() {
    var run = CommandRun.of("report", scratch.toString(), finetuned + "/../scratch");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("scratch is named twice");
  }

  @Test
  void withoutTheirImagesHaveEverythingElseAndSayWhere() throws IOException {
    var lost = folder.resolve("lost");
    var elsewhere = folder.resolve("photos-elsewhere");
    Files.move(folder.resolve("photos"), elsewhere);
    try {
      var run = CommandRun.of("report", finetuned.toString(), "--out=" + lost);
      assertThat(run.status()).isZero();
      assertThat(run.err()).contains("no pictures; --data tells where the images lie now");
      assertThat(Report.read(lost).getAnswers()).isEqualTo(Report.read(finetuned).getAnswers());
      ok("report", finetuned.toString(), "--out=" + lost, "--data=" + elsewhere);
      assertThat(Report.read(lost).getPicturesCount()).isPositive();
    } finally {
      Files.move(elsewhere, folder.resolve("photos"));
    }
  }

  @Test
  void ofFoldersThatHoldNoRunNameThemAll() {
    var run =
        CommandRun.of(
            "report", folder.resolve("photos").toString(), folder.resolve("none").toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains(folder.resolve("photos") + " holds neither a run nor a comparison")
        .contains(folder.resolve("none") + " is no folder");
  }

  @Test
  void listRunsWithStateAndResult() throws IOException {
    var stopped = folder.resolve("runs/stopped");
    Files.createDirectories(stopped);
    var record = RecordFile.read(finetuned).orElseThrow().toBuilder().clearEvaluation().setSteps(1);
    RecordFile.write(record.build(), stopped);
    var begun = Files.createDirectories(folder.resolve("runs/begun"));
    Files.writeString(begun.resolve("comparison.textproto"), "");
    var lines = ok("runs", folder.resolve("runs").toString()).out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0))
        .startsWith("begun")
        .endsWith("stopped before its first cell  Comparison");
    assertThat(lines.get(1)).startsWith("finetuned").contains("finished").contains("% right (");
    assertThat(lines.get(2)).startsWith("pretrained").contains("loss ").contains("k-NN ");
    assertThat(lines.get(4)).startsWith("stopped").contains("stopped 1/8");
    Deletion.of(stopped);
    Deletion.of(begun);
  }

  /** As after Ctrl-C while the pictures are drawn. */
  @Test
  void listARunWithoutItsReportAsWhatLacksIt() throws IOException {
    var bare = Files.createDirectories(folder.resolve("bare/run"));
    RecordFile.write(RecordFile.read(scratch).orElseThrow(), bare);
    assertThat(ok("runs", bare.getParent().toString()).out())
        .startsWith("run  finished, no report  From scratch, 48 labels  ")
        .contains("); `mae report` with this folder writes it");
    CommandRun.of("report", bare.toString()); // it has no checkpoint, which a note says
    assertThat(ok("runs", bare.getParent().toString()).out())
        .startsWith("run  finished  ")
        .doesNotContain("report");
  }

  @Test
  void haveEventsThatTensorBoardReads() throws Exception {
    var python = System.getenv("MAE_PYTHON");
    assumeTrue(python != null, "MAE_PYTHON names no Python with TensorFlow");
    var script =
        """
        import json, sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        events = EventAccumulator(sys.argv[1]); events.Reload()
        print(json.dumps({
            "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)]
                        for tag in events.Tags()["scalars"]},
            "images": {tag: [[e.step, e.width, e.height] for e in events.Images(tag)]
                       for tag in events.Tags()["images"]}}))
        """;
    var process =
        new ProcessBuilder(python, "-c", script, pretrained.resolve("tensorboard").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    var read = JsonParser.parseString(said).getAsJsonObject();
    var scalars = read.getAsJsonObject("scalars");
    assertThat(scalars.getAsJsonArray("train/loss")).hasSize(12);
    assertThat(scalars.getAsJsonArray("features/knn_accuracy")).hasSize(3);
    var curve = RecordFile.read(pretrained).orElseThrow().getCurveList();
    var last = scalars.getAsJsonArray("train/loss").get(11).getAsJsonArray();
    assertThat(last.get(1).getAsFloat()).isEqualTo((float) curve.get(11).getLoss());
    assertThat(read.getAsJsonObject("images").getAsJsonArray("reconstructions")).isNotEmpty();
  }

  @Test
  void askForLabelsWhereFeaturesAreToBeLookedAt() throws IOException {
    var flat = folder.resolve("flat");
    TestImages.write(flat, 4, true, "flat");
    var out = folder.resolve("no-labels");
    var run =
        CommandRun.of(
            "pretrain", "--data=" + flat, "--recipe=tiny-64", "--out=" + out, "--probe-every=1");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("its images have no labels");
    assertThat(out).doesNotExist();
  }

  @Test
  void ofTrueStatisticsSaysThatThePictureLeaks() {
    var file = folder.resolve("leaking.png");
    var said =
        ok(
            "reconstruct",
            "--weights=" + pretrained,
            folder.resolve("photos/val/standing/000.jpg").toString(),
            "--true-statistics",
            "--out=" + file);
    assertThat(said.out()).contains("LEAKING");
  }

  private static List<String> sections(String html) {
    var found = new ArrayList<String>();
    var matcher = Pattern.compile("<h2>([^<]*)").matcher(html);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
