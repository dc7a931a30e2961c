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
    var other = TestImages.labelled(folder.resolve("others"), 9);
    assertThat(command("calibrate", "whole", "fitted.json", "--fit-on=" + other).status()).isZero();
    assertThat(json("fitted.json", CalibrationRecord.newBuilder()).getFittedOn()).isEqualTo(18);
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
