package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.proto.Calibration;
import org.maejava.eval.proto.CalibrationRecord;
import org.maejava.eval.reliability.Calibrations;
import org.maejava.eval.reliability.HeldOutLabels;
import org.maejava.eval.reliability.OpenClassifier;
import org.maejava.eval.reliability.Scores;
import org.maejava.eval.reliability.Temperature;
import org.maejava.eval.run.RunFolder;
import org.maejava.words.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mae calibrate}. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Say how far a classifier's confidence can be believed.",
      "",
      "Expected calibration error and the reliability diagram's bins, on the evaluation half; and the"
          + " temperature that mends it, fitted on training labels that the classifier did not learn from:"
          + " those that --labels left over, or --fit-on."
    },
    footer = {"", "Example:  mae calibrate runs/finetune --data photos/"})
final class CalibrateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Threads threads;
  @Mixin private RecordOutput output;
  @Mixin private Replacement replacement;

  @Mixin private ClassifierOptions asked;

  @Option(
      names = "--fit-on",
      paramLabel = "SPEC",
      description =
          "Other labelled images, whose training half is taken. None may be judged on; those that the"
              + " classifier learned from are left out, where its training images can be opened.")
  private @Nullable String fitOn;

  @Option(
      names = "--bins",
      paramLabel = "N",
      description = "Of confidence, equally wide. Default: ${DEFAULT-VALUE}",
      defaultValue = "" + Calibrations.BINS)
  private int bins;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The record, with every answer. Default: calibration.json in the run's folder, for its report; of an exported"
              + " classifier, in the current folder.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    if (bins < 1) {
      throw new UsageException("--bins " + bins + " must be at least 1");
    }
    var file = asked.record(out, RunFolder.CALIBRATION);
    replacement.require(spec, file);
    var machine = threads.machine();
    try (var classifier = OpenClassifier.open(asked.model, machine)) {
      Notes.print(spec, classifier.unfinished());
      var images = ImageSet.open(asked.data);
      var judged = classifier.requireJudged(images);
      var held = heldOut(classifier, images);
      var scores = scores(classifier, judged, machine, "judged");
      var record =
          CalibrationRecord.newBuilder()
              .setModel(asked.model.toString())
              .setStep(classifier.step())
              .setData(asked.data)
              .setBefore(Calibrations.of(scores, 1, bins))
              .setAnswers(Calibrations.answers(scores, classifier.classes()))
              .addAllUnreadable(scores.unreadable());
      say("as it is", record.getBefore());
      if (held.isPresent()) {
        fit(classifier, held.get(), scores, record, machine);
      } else {
        output.print(
            "no temperature is fitted: no training image of %s is known to be one that the classifier did not learn from; --fit-on takes labelled images that it has not seen",
            asked.data);
      }
      output.write(record.build(), file);
      ModelOptions.report(scores.unreadable(), spec.commandLine().getErr());
      output.print("%s", asked.written(file));
      return 0;
    }
  }

  private Optional<HeldOutLabels> heldOut(OpenClassifier classifier, ImageSet images) {
    if (fitOn != null) {
      var other = ImageSet.open(fitOn);
      classifier.requireClasses(other.training(), fitOn);
      return Optional.of(
          HeldOutLabels.given(other, images.evaluation(), classifier.record(), images));
    }
    return classifier.record().flatMap(record -> HeldOutLabels.of(record, images));
  }

  private Scores scores(OpenClassifier classifier, Source source, Machine machine, String task)
      throws IOException {
    try (var progress = new CountProgress(task, source.size(), () -> false)) {
      return Scores.of(classifier, source, machine.threads(), progress, () -> false);
    }
  }

  private void fit(
      OpenClassifier classifier,
      HeldOutLabels held,
      Scores judged,
      CalibrationRecord.Builder record,
      Machine machine)
      throws IOException {
    var scores = scores(classifier, held.images(), machine, "fitted on");
    double temperature = Temperature.fit(scores.logits(), scores.labels());
    record
        .setTemperature(temperature)
        .setFittedOn(scores.labels().length)
        .setFittedOnData(fitOn == null ? asked.data : fitOn)
        .setAfter(Calibrations.of(judged, temperature, bins));
    say("temperature %.3f".formatted(temperature), record.getAfter());
    output.print(
        "fitted on %s %s", Counted.of(scores.labels().length, "labelled image"), held.about());
    double before = record.getBefore().getExpectedError();
    double after = record.getAfter().getExpectedError();
    if (after > before) {
      output.print(
          record.getAfter().getLoss() < record.getBefore().getLoss()
              ? "the loss, which the temperature is fitted to, falls, but the calibration error rises from %.1f to %.1f %%: more labelled images to be fitted on may bring both down"
              : "the temperature does not help here: the calibration error rises from %.1f to %.1f %%, and the loss does not fall; it wants more labelled images to be fitted on",
          100 * before,
          100 * after);
    }
  }

  private void say(String what, Calibration calibration) {
    output.print(
        "%-18s expected calibration error %.1f %%, loss %.4f, accuracy %.1f %%",
        what,
        100 * calibration.getExpectedError(),
        calibration.getLoss(),
        100 * calibration.getAccuracy());
  }
}
