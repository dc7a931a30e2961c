package org.maejava.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.compare.ComparisonTable;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.look.AnswersLook;
import org.maejava.eval.picture.Gallery;
import org.maejava.eval.picture.Picture;
import org.maejava.eval.proto.ClassAnswers;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.Confusion;
import org.maejava.eval.proto.Difference;
import org.maejava.eval.proto.RecipeDifference;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.run.Answer;
import org.maejava.proto.RunRecord;
import org.maejava.proto.UnreadableImage;

class ReportTest {

  private static final Pattern SCRIPT =
      Pattern.compile("<script[^>]*>(.*?)</script>", Pattern.DOTALL);
  private static final String HOSTILE = "<script>alert(1)</script>";

  @Test
  void theJsonParsesBackToTheEqualRecord(@TempDir Path folder) throws IOException {
    var record = SampleReport.record(3);
    new Report(record, List.of()).write(folder);

    var parsed = ReportRecord.newBuilder();
    JsonFormat.parser().merge(Files.readString(folder.resolve("report.json")), parsed);
    assertThat(parsed.build()).isEqualTo(record);
    assertThat(Report.read(folder)).isEqualTo(record);
  }

  @Test
  void theJsonStatesZerosAndSpellsFieldsAsRecipesDo() {
    var json = new Report(SampleReport.pretrainingOnly(), List.of()).json();
    assertThat(json).contains("\"mask_ratio\": 0.75").contains("\"trained_parameters\"");

    var entry = SampleReport.classificationOnly().getComparison().getEntries(0).toBuilder();
    entry.getRunsBuilder(0).getEvaluationBuilder().clear().setImages(10);
    var none =
        ReportRecord.newBuilder().setComparison(Comparison.newBuilder().addEntries(entry)).build();
    assertThat(new Report(none, List.of()).json()).contains("\"correct\": 0");
  }

  @Test
  void theFolderHoldsThePageAndTheRecordAndNothingUnfinished(@TempDir Path folder)
      throws IOException {
    var target = folder.resolve("made").resolve("on demand");
    var page = new Report(SampleReport.record(1), List.of(SampleReport.gallery())).write(target);

    assertThat(page).isEqualTo(target.resolve("report.html")).isNotEmptyFile();
    try (var files = Files.list(target)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("report.html", "report.json", "report.md");
    }
  }

  @Test
  void thePageLoadsNothing() {
    var html = new Report(SampleReport.record(3), List.of(SampleReport.gallery())).html();
    var markup = SCRIPT.matcher(html).replaceAll("");

    assertThat(markup)
        .contains("default-src 'none'")
        .doesNotContain("<link")
        .doesNotContain("@import");
    assertThat(markup).doesNotContainPattern("https?://").doesNotContain("url(");
    assertThat(values(markup, "\\bsrc=\"([^\"]{0,40})"))
        .isNotEmpty()
        .allSatisfy(source -> assertThat(source).startsWith("data:image/png;base64,"));
    assertThat(html).doesNotContainPattern("<script[^>]+src=").doesNotContain("sourceMappingURL");
  }

  @Test
  void theProvenanceHoldsTheCommandLineAndTheCodesCommit() {
    var record = SampleReport.pretrainingOnly().toBuilder();
    record.getPretrainingBuilder().setRecipe("demo/pretrain");
    record
        .getPretrainingBuilder()
        .getProvenanceBuilder()
        .setCommandLine("mae demo --set 'model { mask_ratio: 0.6 }'")
        .setCodeCommit("0123456789ab-changed");
    assertThat(text(new Report(record.build(), List.of()).html()))
        .contains("Commandmae demo --set &#39;model { mask_ratio: 0.6 }&#39;Recipedemo/pretrain")
        .contains("(commit 0123456789ab-changed)");
  }

  @Test
  void oneEpochIsNotEpochs() {
    var record = SampleReport.pretrainingOnly().toBuilder();
    var run = record.getPretrainingBuilder();
    run.getCurveBuilder(run.getCurveCount() - 1).setEpoch(1).setStep(1);
    assertThat(text(new Report(record.build(), List.of()).html())).contains("in 1 epoch (1 step, ");
  }

  /** On a narrow screen rows are stacked, and the head of the table is not there to say it. */
  @Test
  void everyCellOfNumbersSaysWhatItIsOf() {
    var html = new Report(SampleReport.record(3), List.of()).html();
    var cells = values(html, "<td(?! class=\"text\")([^>]*)>");
    assertThat(cells)
        .hasSizeGreaterThan(50)
        .allSatisfy(cell -> assertThat(cell).contains("data-label=\""));
  }

  @Test
  void theChartsSourceIsInThePage() {
    var html = new Report(SampleReport.record(1), List.of()).html();
    assertThat(html).contains("Chart.js v4.4.3").contains("Released under the MIT License");
  }

  @Test
  void hostileNamesAreTextEverywhere() {
    var hostile = RunRecord.newBuilder(SampleReport.pretrainingOnly().getPretraining());
    hostile.setCommand(HOSTILE).setInitialWeights(HOSTILE).setFingerprint(HOSTILE);
    hostile
        .getDataBuilder()
        .setSpec(HOSTILE)
        .setAbout(HOSTILE)
        .setDigest(HOSTILE)
        .addClasses(HOSTILE);
    hostile.getProvenanceBuilder().setDevice(HOSTILE).setProcessor(HOSTILE);
    hostile.getExperimentBuilder().setAbout(HOSTILE);
    hostile.addUnreadable(UnreadableImage.newBuilder().setName(HOSTILE).setReason(HOSTILE));
    hostile.setEvaluation(
        SampleReport.classificationOnly().getComparison().getEntries(0).getRuns(0).getEvaluation());
    var record =
        ReportRecord.newBuilder()
            .setTitle(HOSTILE)
            .setConclusion(HOSTILE)
            .setPretraining(hostile)
            .setComparison(
                Comparison.newBuilder()
                    .addEntries(Statistics.entry(HOSTILE, 200, List.of(hostile.build())))
                    .addEntries(Statistics.entry("' onload=\"x\"", 200, List.of(hostile.build()))))
            .addExports(HOSTILE)
            .build();
    var png = SampleReport.gallery().pictures().get(0).png();
    var pictures = List.of(new Picture("\" onerror=\"alert(1)", HOSTILE, png));
    var galleries =
        Arrays.stream(Gallery.Kind.values())
            .map(kind -> new Gallery(HOSTILE, HOSTILE, kind, pictures))
            .toList();

    var report = new Report(record, galleries);
    var html = report.html();
    assertThat(report.markdown())
        .doesNotContainPattern("(?<!\\\\)<")
        .contains("\\<script\\>alert(1)");

    assertThat(html)
        .doesNotContain(HOSTILE)
        .doesNotContain("\" onerror=")
        .doesNotContain("onload=\"x");
    assertThat(html).contains("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>");
    assertThat(values(html, "(<script)")).hasSize(3);
    // The charts still get the name itself.
    var rows = charts(html).getAsJsonObject("comparison").getAsJsonArray("rows");
    assertThat(rows.get(0).getAsString()).isEqualTo(HOSTILE);
  }

  @Test
  void theTableHasProtocolsDownAndLabelsAcross() {
    var record = SampleReport.record(1);
    var table = new ComparisonTable(record.getComparison());
    var html = new Report(record, List.of()).html();
    assertThat(html).contains("<th>200 labels</th><th>1,000 labels</th>");
    var all =
        table.protocols().stream()
            .flatMap(
                protocol ->
                    table.labels().stream()
                        .flatMap(labels -> table.cell(protocol, labels).stream()))
            .map(entry -> percent(entry.getMeanAccuracy()))
            .toList();
    assertThat(values(html, "class=\"accuracy\">([0-9.]+)"))
        .hasSize(9)
        .containsExactlyElementsOf(all);
    // Raw pixels were not run with 1,000 labels.
    assertThat(values(html, "(class=\"absent\")")).hasSize(1);
    var first = table.cell("Full fine-tuning", 200).orElseThrow().getRuns(0).getEvaluation();
    assertThat(html)
        .contains(percent(first.getAccuracyLow()) + " – " + percent(first.getAccuracyHigh()));
    assertThat(html).contains("1,200,394").doesNotContain("&nbsp;±&nbsp;");
  }

  /** As people round: halves up. */
  private static String percent(double share) {
    return BigDecimal.valueOf(share)
        .movePointRight(2)
        .setScale(1, RoundingMode.HALF_UP)
        .toPlainString();
  }

  @Test
  void severalRunsAreShownAsMeanAndDeviation() {
    var record = SampleReport.record(3);
    var entry = record.getComparison().getEntries(0);
    var html = new Report(record, List.of()).html();
    assertThat(html)
        .contains(String.format("&nbsp;±&nbsp;%.1f", 100 * entry.getAccuracyStd()))
        .contains("3 runs")
        .contains("Full fine-tuning, 1,000 labels, run 3");
  }

  /** One protocol over several seeds differs from nothing. */
  @Test
  void ofASingleProtocolItCallsNoDifferenceClear() {
    var comparison =
        Comparison.newBuilder().addEntries(SampleReport.record(3).getComparison().getEntries(0));
    var record = ReportRecord.newBuilder().setComparison(comparison).build();
    var page = text(new Report(record, List.of()).html());
    assertThat(page)
        .contains("How to read it")
        .doesNotContain("Which differences")
        .doesNotContain("called clear");
  }

  @Test
  void itSaysWhichDifferencesFromTheBaselineAreMoreThanChance() {
    var record = SampleReport.record(1).toBuilder();
    record.getComparisonBuilder().setBaseline("From scratch");
    record
        .getComparisonBuilder()
        .getEntriesBuilder(0)
        .setFromBaseline(
            Difference.newBuilder()
                .setAccuracy(0.101)
                .setCorrectedPValue(0.0021)
                .setSignificant(true));
    record
        .getComparisonBuilder()
        .getEntriesBuilder(2)
        .setFromBaseline(Difference.newBuilder().setAccuracy(-0.012).setCorrectedPValue(0.4));
    var report = new Report(record.build(), List.of());
    assertThat(text(report.html()))
        .contains("* more than chance away from From scratch, at 5 % after correction")
        .contains(
            "Against: From scratch 200 labels: Better, more than chance: Full fine-tuning (+10.1 points,"
                + " p = 0.002). No difference is shown for Linear probe (-1.2 points, p = 0.400).");
  }

  @Test
  void itExplainsStarsWhereThereAreSomeAndOnlyThere() {
    var record = SampleReport.record(1).toBuilder();
    var difference = Difference.newBuilder().setBaseline("From scratch").setCorrectedPValue(0.4);
    record.getComparisonBuilder().getEntriesBuilder(0).setFromBaseline(difference);
    var none = new Report(record.build(), List.of());
    assertThat(text(none.html())).contains("Against: From scratch").doesNotContain("* more");
    assertThat(none.markdown()).contains("against From scratch").doesNotContain("\\*");

    record
        .getComparisonBuilder()
        .getEntriesBuilder(0)
        .setFromBaseline(difference.setCorrectedPValue(0.01).setSignificant(true));
    var starred = new Report(record.build(), List.of());
    assertThat(text(starred.html())).contains(" * 66", "* more than chance away from From scratch");
    assertThat(starred.markdown())
        .contains(" \\* (", "\\* more than chance away from From scratch");
  }

  @Test
  void aPretrainingAloneHasNoComparison() {
    var html = new Report(SampleReport.pretrainingOnly(), List.of()).html();
    assertThat(values(html, "<h2>([^<]*)"))
        .containsExactly("Pre-training", "Throughput and cost", "Data", "Provenance");
    assertThat(html)
        .contains("id=\"curve\"")
        .doesNotContain("id=\"comparison\"")
        .doesNotContain("class=\"conclusion\"");
    assertThat(text(html)).contains("75.0 % of the patches").contains("train/boots/0017.jpg");
  }

  @Test
  void aClassificationAloneHasItsResultAndItsCurve() {
    var html = new Report(SampleReport.classificationOnly(), List.of()).html();
    assertThat(values(html, "<h2>([^<]*)"))
        .containsExactly("Result", "Training", "Throughput and cost", "Data", "Provenance");
    assertThat(html)
        .contains("73.1")
        .doesNotContain("id=\"comparison\"")
        .doesNotContain("Which differences");
  }

  @Test
  void anEmptyRecordIsAPageWithItsTitle() {
    var html = new Report(ReportRecord.newBuilder().setTitle("Nothing").build(), List.of()).html();
    assertThat(html).contains("<h1>Nothing</h1>").doesNotContain("<section");
  }

  @Test
  void aLossThatIsNoNumberLeavesAGapInTheChart() {
    var record = SampleReport.pretrainingOnly().toBuilder();
    int points = record.getPretraining().getCurveCount();
    record.getPretrainingBuilder().getCurveBuilder(5).setLoss(Double.NaN);
    record.getPretrainingBuilder().getCurveBuilder(points - 1).setLoss(Double.POSITIVE_INFINITY);

    var report = new Report(record.build(), List.of());

    var loss = charts(report.html()).getAsJsonObject("curve").getAsJsonArray("series").get(0);
    assertThat(loss.getAsJsonObject().getAsJsonArray("points")).hasSize(points - 2);
    assertThat(report.json()).contains("\"loss\": \"NaN\"");
  }

  @Test
  void aProtocolTwiceForTheSameLabelsIsRefused() {
    var entry = SampleReport.classificationOnly().getComparison().getEntries(0);
    var twice = Comparison.newBuilder().addEntries(entry).addEntries(entry);
    assertThatThrownBy(
            () -> new Report(ReportRecord.newBuilder().setComparison(twice).build(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Linear probe");
  }

  @Test
  void picturesAreInThePageByteForByte() {
    var png = ByteString.copyFrom(new byte[] {1, 2, 3});
    var html =
        new Report(
                ReportRecord.getDefaultInstance(),
                List.of(
                    new Gallery(
                        "Pictures",
                        "",
                        Gallery.Kind.SHEETS,
                        List.of(
                            new Picture("Eight images", "Visible patches are pasted in.", png)))))
            .html();
    assertThat(html)
        .contains("<img src=\"data:image/png;base64,AQID\" alt=\"Eight images\">")
        .contains("<figcaption>Visible patches are pasted in.</figcaption>");
  }

  @Test
  void whatARunHasIsShownAndNothingElse() {
    var galleries = List.of(SampleReport.thumbnails(Gallery.Kind.ROWS));
    var html = new Report(SampleReport.everything(), galleries).html();
    assertThat(values(html, "<h2>([^<]*)"))
        .containsExactly(
            "Result",
            "Training",
            "Right and wrong, by class",
            "Calibration",
            "Neighbours",
            "Map of the features",
            "Throughput and cost",
            "Data",
            "The paper beside",
            "Provenance");
    assertThat(charts(html).keySet())
        .containsExactly("curve", "gradient", "classes", "reliability", "features");
    assertThat(values(html, "<canvas id=\"([^\"]*)"))
        .containsExactly("curve", "gradient", "classes", "reliability", "features");

    var pretraining = new Report(SampleReport.probed(), List.of()).html();
    assertThat(values(pretraining, "<h2>([^<]*)"))
        .containsExactly(
            "Pre-training", "Throughput and cost", "Data", "The paper beside", "Provenance");
    assertThat(charts(pretraining).keySet()).containsExactly("curve", "gradient", "probes");
  }

  @Test
  void theAnswersByClassAddUpInPageRecordAndText() {
    var record = SampleReport.everything();
    var answers = record.getAnswers();
    var report = new Report(record, List.of());
    int right = answers.getClassesList().stream().mapToInt(ClassAnswers::getRight).sum();
    int wrong = answers.getConfusionsList().stream().mapToInt(Confusion::getImages).sum();
    assertThat(right + wrong).isEqualTo(answers.getImages()).isEqualTo(2000);
    var first = answers.getClasses(0);
    var share = percent((double) first.getRight() / first.getImages());
    assertThat(report.html()).contains("<td data-label=\"Right, %\">" + share + "</td>");
    assertThat(report.markdown()).contains("| T-shirt | 200 | " + share + " |");
    assertThat(answers.getMistakesList())
        .hasSize(12)
        .isSortedAccordingTo((a, b) -> Double.compare(b.getProbability(), a.getProbability()))
        .allSatisfy(mistake -> assertThat(mistake.getLabel()).isNotEqualTo(mistake.getAnswer()));
    for (var mistake : answers.getMistakesList()) {
      assertThat(report.html()).contains(mistake.getImage());
    }
  }

  @Test
  void textPageAndRecordHaveTheSameNumbers() {
    var record = SampleReport.record(3);
    var report = new Report(record, List.of());
    var page = text(report.html());
    for (var entry : record.getComparison().getEntriesList()) {
      var cell = percent(entry.getMeanAccuracy()) + " ± " + percent(entry.getAccuracyStd());
      assertThat(page).contains(cell);
      assertThat(report.markdown()).contains(cell);
    }
    var last = record.getPretraining().getCurve(record.getPretraining().getCurveCount() - 1);
    var loss = String.format("%.4f", last.getLoss());
    assertThat(page).contains(loss);
    assertThat(report.markdown()).contains("| " + loss + " |");
    assertThat(page).contains("1,562 images/s");
  }

  @Test
  void ofManyClassesThoseWithMistakesAreShown() {
    var classes = IntStream.range(0, 200).mapToObj("class %d"::formatted).toList();
    var answers = new ArrayList<Answer>();
    for (int i = 0; i < 2000; i++) {
      int label = i % 200;
      answers.add(new Answer("image " + i, label, label < 150 ? label : i % 7, 0.5));
    }
    var record = ReportRecord.newBuilder().setAnswers(AnswersLook.of(answers, classes)).build();
    var html = new Report(record, List.of()).html();
    assertThat(values(html, "<th scope=\"col\" title=\"class (\\d+)\""))
        .hasSize(20)
        .allSatisfy(name -> assertThat(Integer.parseInt(name)).isGreaterThanOrEqualTo(150));
    assertThat(text(html)).contains("20 of 200 classes").contains("the lowest 30 of 200");
    assertThat(record.getAnswers().getClassesCount()).isEqualTo(200);
  }

  @Test
  void runsSideBySideHaveTheirCurvesInOneChartAndTheirRecipesCompared() {
    var html = new Report(SampleReport.sideBySide(), List.of()).html();
    var loss = charts(html).getAsJsonObject("pretraining-loss").getAsJsonArray("series");
    assertThat(loss).hasSize(2);
    assertThat(loss.get(1).getAsJsonObject().get("name").getAsString()).isEqualTo("mask-60");
    assertThat(text(html))
        .contains("Recipe of mask-60 against that of mask-75: 1 field differs")
        .contains("model.mask_ratio0.60.75");
    var labels = charts(html).getAsJsonObject("figure-1").getAsJsonArray("series");
    assertThat(labels).hasSize(4);
    assertThat(html).contains("<h3>Accuracy against labels</h3>");
  }

  /** Of several runs it was the first's alone, and each recipe stood there twice. */
  @Test
  void runsSideBySideHaveTheirProvenanceEachAndEachRecipeOnce() {
    var record = SampleReport.sideBySide().toBuilder();
    record
        .getRunsBuilder(1)
        .getRunBuilder()
        .getProvenanceBuilder()
        .setCommandLine("mae pretrain --set 'model { mask_ratio: 0.6 }'");
    var report = new Report(record.build(), List.of());
    var page = text(report.html());
    assertThat(page)
        .contains("What differsmask-75mask-60probe Commandpretrainmae pretrain --set")
        .contains("The same for all")
        .doesNotContain("Training images10,000 Evaluation");
    assertThat(report.markdown())
        .contains(
            "| What differs | mask-75 | mask-60 | probe |", "| Command | pretrain | mae pretrain ");
    assertThat(values(report.html(), "<summary>Recipe: ([^<]*)")).doesNotHaveDuplicates();
    assertThat(values(report.html(), "<pre>([^<]*)")).hasSizeGreaterThan(1).doesNotHaveDuplicates();
  }

  @Test
  void runsThatDifferInTheirSeedHaveOneRecipe() {
    var entry = SampleReport.record(3).getComparison().getEntries(0).toBuilder();
    for (int i = 0; i < 3; i++) {
      entry.getRunsBuilder(i).getExperimentBuilder().getTrainingBuilder().setSeed(i);
    }
    var comparison = Comparison.newBuilder().addEntries(entry);
    var record = ReportRecord.newBuilder().setComparison(comparison).build();
    assertThat(values(new Report(record, List.of()).html(), "<summary>Recipe: ([^<]*)"))
        .containsExactly("Full fine-tuning, 200 labels (of 3 seeds the first)");
  }

  @Test
  void thePapersFiguresAreMarkedAsAnotherScale() {
    var report = new Report(SampleReport.everything(), List.of());
    assertThat(text(report.html()))
        .contains("Another scale:")
        .contains("Linear probeViT-L/1675.8Table 12");
    assertThat(report.markdown()).contains("At another scale");
    assertThat(report.record().getPaperRecipe().getRecipe()).isEqualTo("b16/linear-probe");
    assertThat(report.record().getPaperRecipe().getFieldsList())
        .extracting(RecipeDifference::getPath)
        .contains("training.epochs", "model.encoder.width");
  }

  private static JsonObject charts(String html) {
    return JsonParser.parseString(scripts(html).get(0)).getAsJsonObject();
  }

  private static List<String> scripts(String html) {
    return values(html, SCRIPT);
  }

  private static List<String> values(String html, String pattern) {
    return values(html, Pattern.compile(pattern));
  }

  private static List<String> values(String html, Pattern pattern) {
    var found = new ArrayList<String>();
    var matcher = pattern.matcher(html);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /** What a reader sees, on one line. */
  private static String text(String html) {
    return SCRIPT
        .matcher(html)
        .replaceAll("")
        .replaceAll("<[^>]+>", "")
        .replace("&nbsp;", " ")
        .replaceAll("\\s+", " ");
  }
}
