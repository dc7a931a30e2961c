package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.eval.proto.CalibrationRecord;
import org.maejava.eval.proto.ReliabilityBin;
import org.maejava.eval.proto.RobustnessRecord;
import org.maejava.record.RecordFile;

/** A classifier that learned from some of the labels, as a run's folder and exported. */
@DisplayName("Of a classifier, the command")
class ReliabilityCommandsIT {

  private static final String SMALL =
      "model { encoder { width: 32 depth: 2 heads: 2 } }"
          + " training { epochs: 8 batch_size: 8 warmup_epochs: 1 }";

  @TempDir private static Path folder;
  private static Path photos;

  @BeforeAll
  static void trains() throws IOException {
    photos = TestImages.labelled(folder.resolve("photos"), 24);
    train("run", "--labels=30");
    train("whole");
    var export =
        CommandRun.of(
            "export", folder.resolve("run").toString(), "--out=" + folder.resolve("exported"));
    assertThat(export.status()).as(export.err()).isZero();
  }

  private static void train(String out, String... more) {
    var words = new ArrayList<String>();
    words.addAll(
        List.of(
            "finetune",
            "--from-scratch",
            "--recipe=small-32",
            "--data=" + photos,
            "--set=" + SMALL,
            "--out=" + folder.resolve(out)));
    words.addAll(List.of(more));
    var run = CommandRun.of(words.toArray(String[]::new));
    assertThat(run.status()).as(run.err()).isZero();
  }

  private static <B extends Message.Builder> B json(String name, B into) throws IOException {
    JsonFormat.parser().merge(Files.readString(folder.resolve(name)), into);
    return into;
  }

  private static CommandRun command(String command, String model, String out, String... more) {
    var words = new ArrayList<String>();
    words.addAll(
        List.of(
            command,
            folder.resolve(model).toString(),
            "--data=" + photos,
            "--out=" + folder.resolve(out)));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(String[]::new));
  }

  @Test
  void calibrateFitsTheTemperatureOnLabelsThatWereLeftOver() throws IOException {
    var run = command("calibrate", "run", "calibration.json");
    assertThat(run.status()).as(run.err()).isZero();
    var record = json("calibration.json", CalibrationRecord.newBuilder()).build();
    assertThat(record.getFittedOn()).isEqualTo(48 - 30);
    assertThat(record.getTemperature()).isPositive();
    saysWhetherItHelped(run, record);
    var evaluation = RecordFile.read(folder.resolve("run")).orElseThrow().getEvaluation();
    assertThat(record.getBefore().getAccuracy()).isEqualTo(evaluation.getAccuracy());
    assertThat(record.getBefore().getLoss()).isCloseTo(evaluation.getLoss(), within(1e-4));
    assertThat(record.getAfter().getAccuracy()).isEqualTo(evaluation.getAccuracy());
    assertThat(record.getAnswers().getImagesList())
        .hasSize(48)
        .allSatisfy(answer -> assertThat(answer.getConfidence()).isBetween(0.5 - 1e-6, 1.0));
    assertThat(record.getBefore().getBinsList().stream().mapToInt(ReliabilityBin::getImages).sum())
        .isEqualTo(48);
  }

  @Test
  void whatWasJudgedBeforeTheRunWentOnIsNotInItsReport() throws IOException {
    var model = folder.resolve("run").toString();
    var file = folder.resolve("run/calibration.json");
    var markdown = folder.resolve("calibrated/report.md");
    assertThat(command("calibrate", "run", "run/calibration.json").status()).isZero();
    assertThat(CommandRun.of("report", model, "--out=" + markdown.getParent()).status()).isZero();
    assertThat(markdown).content().contains("with the temperature");

    var record = json("run/calibration.json", CalibrationRecord.newBuilder());
    int steps = RecordFile.read(folder.resolve("run")).orElseThrow().getSteps();
    assertThat(record.getStep()).isEqualTo(steps);
    Files.writeString(file, JsonFormat.printer().print(record.setStep(steps - 1)));
    var later = CommandRun.of("report", model, "--out=" + markdown.getParent());
    assertThat(later.err())
        .contains(
            "%s is of step %d and the run of step %d: left out; `mae calibrate "
                .formatted(file, steps - 1, steps));
    assertThat(markdown).content().doesNotContain("with the temperature");
    Files.delete(file);
  }

  private static void saysWhetherItHelped(CommandRun run, CalibrationRecord record) {
    boolean worse = record.getAfter().getExpectedError() > record.getBefore().getExpectedError();
    assertThat(run.out().contains("the temperature does not help")).isEqualTo(worse);
  }

  @Test
  void calibrateTakesAnExportedModelToo() throws IOException {
    assertThat(command("calibrate", "run", "of-run.json").status()).isZero();
    assertThat(command("calibrate", "exported", "of-exported.json").status()).isZero();
    var ofRun = json("of-run.json", CalibrationRecord.newBuilder());
    var ofExported = json("of-exported.json", CalibrationRecord.newBuilder());
    assertThat(ofExported.getFittedOn()).isEqualTo(18);
    assertThat(ofExported.getTemperature()).isCloseTo(ofRun.getTemperature(), withinPercentage(1));
  }

  @Test
  void calibrateFitsNothingOnLabelsThatWereLearnedFrom() throws IOException {
    var run = command("calibrate", "whole", "whole.json");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("no temperature is fitted").contains("--fit-on");
    assertThat(json("whole.json", CalibrationRecord.newBuilder()).hasTemperature()).isFalse();
  }

  @Test
  void calibrateChecksWhatItIsToldToFitOn() throws IOException {
    // Of the same pixels as the first nine of each class that both were trained on.
    var learned = TestImages.labelled(folder.resolve("learned"), 9);
    var refused = command("calibrate", "whole", "refused.json", "--fit-on=" + learned);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("learned from every labelled image").contains("(18)");

    var mixed = TestImages.labelled(folder.resolve("mixed"), 9);
    TestImages.write(mixed.resolve("train/lying/more"), 5, true, "more");
    TestImages.write(mixed.resolve("train/standing/more"), 5, false, "more");
    var fitted = command("calibrate", "whole", "fitted.json", "--fit-on=" + mixed);
    assertThat(fitted.status()).as(fitted.err()).isZero();
    assertThat(fitted.out())
        .contains("fitted on 10 labelled images that the classifier did not learn from; 18 others");
    var record = json("fitted.json", CalibrationRecord.newBuilder());
    assertThat(record.getFittedOn()).isEqualTo(10);
    saysWhetherItHelped(fitted, record.build());

    TestImages.write(mixed.resolve("train/lying/judged"), 2, true, "val");
    var judged = command("calibrate", "whole", "refused.json", "--fit-on=" + mixed);
    assertThat(judged.status()).isEqualTo(2);
    assertThat(judged.err()).contains("2 images of --fit-on").contains("lying/judged/000.jpg");
    assertThat(folder.resolve("refused.json")).doesNotExist();
  }

  /** Images that are called what the classifier takes them for make it surer than it should be. */
  @Test
  void calibrateSaysWhereTheTemperatureDoesNotHelp() throws IOException {
    var asked = TestImages.labelled(folder.resolve("asked"), 1);
    TestImages.write(asked.resolve("val/lying"), 9, true, "asked");
    TestImages.write(asked.resolve("val/standing"), 9, false, "asked");
    var answers =
        CommandRun.of(
            "calibrate",
            folder.resolve("whole").toString(),
            "--data=" + asked,
            "--out=" + folder.resolve("asked.json"));
    assertThat(answers.status()).as(answers.err()).isZero();
    var agreeing = folder.resolve("agreeing");
    for (var name : List.of("lying", "standing")) {
      Files.createDirectories(agreeing.resolve(name)); // a class may get none
    }
    var given = json("asked.json", CalibrationRecord.newBuilder()).getAnswers();
    for (var answer : given.getImagesList()) {
      Files.copy(
          asked.resolve(answer.getName()),
          agreeing
              .resolve(given.getClasses(answer.getAnswer()))
              .resolve(answer.getName().replace('/', '-')));
    }
    var run = command("calibrate", "whole", "surer.json", "--fit-on=" + agreeing);
    assertThat(run.status()).as(run.err()).isZero();
    var record = json("surer.json", CalibrationRecord.newBuilder()).build();
    assertThat(record.getAfter().getExpectedError())
        .isGreaterThan(record.getBefore().getExpectedError());
    saysWhetherItHelped(run, record);
  }

  @Test
  void calibrateSaysWhatItCannotCheck() throws IOException {
    var elsewhere = TestImages.labelled(folder.resolve("elsewhere"), 3);
    var others = TestImages.labelled(folder.resolve("others"), 9);
    TestImages.write(elsewhere.resolve("val/lying"), 3, true, "elsewhere");
    TestImages.write(elsewhere.resolve("val/standing"), 3, false, "elsewhere");
    var moved = folder.resolve("moved");
    Files.move(photos, moved);
    try {
      var run =
          CommandRun.of(
              "calibrate",
              folder.resolve("run").toString(),
              "--data=" + elsewhere,
              "--fit-on=" + others,
              "--out=" + folder.resolve("unchecked.json"));
      assertThat(run.status()).as(run.err()).isZero();
      assertThat(run.out())
          .contains("18 labelled images given by --fit-on; ")
          .contains("was not checked");
    } finally {
      Files.move(moved, photos);
    }
  }

  @Test
  void imagesWithoutAnEvaluationHalfAreRefusedWithTheSpecThatHasOne() {
    var halfless = photos.resolve("train");
    for (var command : List.of("calibrate", "robustness")) {
      var run = CommandRun.of(command, folder.resolve("run").toString(), "--data=" + halfless);
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err())
          .contains("has no images to judge on")
          .contains("was trained with --data " + photos);
    }
  }

  @Test
  void robustnessHasEightKindsInFiveSeverities() throws IOException {
    var run =
        command("robustness", "run", "robustness.json", "--reference=" + folder.resolve("run"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("gaussian noise").contains("mean corruption error");
    var record = json("robustness.json", RobustnessRecord.newBuilder()).build();
    assertThat(record.getKindsList())
        .hasSize(8)
        .allSatisfy(kind -> assertThat(kind.getErrorsList()).hasSize(5));
    double mean =
        record.getKindsList().stream()
            .flatMap(kind -> kind.getErrorsList().stream())
            .mapToDouble(error -> error)
            .average()
            .orElseThrow();
    assertThat(record.getMeanCorruptionError()).isCloseTo(mean, within(1e-9));
    assertThat(record.getRelativeMeanCorruptionError()).isCloseTo(1, within(1e-9));
    var evaluation = RecordFile.read(folder.resolve("run")).orElseThrow().getEvaluation();
    assertThat(record.getCleanError()).isCloseTo(1 - evaluation.getAccuracy(), within(1e-9));

    assertThat(command("robustness", "exported", "again.json").status()).isZero();
    assertThat(json("again.json", RobustnessRecord.newBuilder()).getKindsList())
        .extracting(kind -> kind.getErrorsList())
        .isEqualTo(record.getKindsList().stream().map(kind -> kind.getErrorsList()).toList());
  }

  @Test
  void whatIsNoClassifierAndOtherClassesAreRefused() throws IOException {
    var other = folder.resolve("other");
    TestImages.write(other.resolve("train/one"), 3, true, "a");
    TestImages.write(other.resolve("train/two"), 3, true, "b");
    TestImages.write(other.resolve("val/one"), 3, true, "a");
    TestImages.write(other.resolve("val/two"), 3, true, "b");
    var run = CommandRun.of("robustness", folder.resolve("run").toString(), "--data=" + other);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("[one, two]").contains("[lying, standing]");
    assertThat(CommandRun.of("calibrate", photos.toString(), "--data=" + photos).status())
        .isNotZero();
  }
}
