package org.maejava.eval.report;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maejava.data.source.DataException;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.look.AnswersLook;
import org.maejava.eval.look.Look;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.picture.Gallery;
import org.maejava.eval.proto.CalibrationRecord;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.proto.RobustnessRecord;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.Weights;
import org.maejava.eval.task.Task;
import org.maejava.storage.IoReason;
import org.maejava.words.ShellWord;

/** A report of what runs and comparisons left in their folders. */
public final class FolderReport {

  private final Optional<String> data;
  private final Machine machine;
  private final List<String> notes = new ArrayList<>();

  private FolderReport(Optional<String> data, Machine machine) {
    this.data = data;
    this.machine = machine;
  }

  /**
   * What was written.
   *
   * @param page its file
   * @param conclusion as a sentence
   * @param notes what could not be shown and why, in sentences
   */
  public record Written(Path page, String conclusion, List<String> notes) {}

  /**
   * Writes it.
   *
   * @param folders of runs, finished or not, and of comparisons
   * @param out where it goes
   * @param data where the images lie now; empty: where they lay when the run began
   * @throws IllegalArgumentException naming every folder that holds neither
   * @throws IOException if files cannot be read or written
   */
  public static Written write(List<Path> folders, Path out, Optional<String> data, Machine machine)
      throws IOException {
    return new FolderReport(data, machine).write(folders, out);
  }

  private Written write(List<Path> folders, Path out) throws IOException {
    var runs = new ArrayList<LeftRun>();
    var comparisons = new ArrayList<SideBySide.Earlier>();
    var problems = new ArrayList<String>();
    var names = ShortNames.of(folders);
    for (int i = 0; i < folders.size(); i++) {
      var folder = folders.get(i);
      var name = names.get(i);
      if (names.indexOf(name) < i) {
        problems.add(folder + " is named twice");
        continue;
      }
      var run = LeftRun.in(folder, name);
      if (run.isPresent()) {
        runs.add(run.get());
      } else if (Files.isRegularFile(folder.resolve(RunFolder.REPORT_JSON))) {
        comparisons.add(new SideBySide.Earlier(name, Report.read(folder)));
      } else {
        problems.add(
            Files.isDirectory(folder)
                ? folder
                    + " holds neither a run nor a comparison with a finished cell; `mae runs DIR` lists"
                    + " the runs there are"
                : folder + " is no folder");
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    var report =
        folders.size() > 1
            ? several(runs, comparisons)
            : runs.isEmpty()
                ? again(folders.get(0), comparisons.get(0).report())
                : one(runs.get(0));
    return new Written(report.write(out), report.record().getConclusion(), notes);
  }

  private Report several(List<LeftRun> runs, List<SideBySide.Earlier> comparisons) {
    return new Report(new SideBySide(runs, comparisons).report(), List.of());
  }

  private Report one(LeftRun run) throws IOException {
    var look = look(run);
    var record = OneRun.of(run.record(), run.answers(), look.featureMap()).toBuilder();
    var calibrated = CalibrationRecord.newBuilder();
    if (read(run.folder().resolve(RunFolder.CALIBRATION), calibrated)
        && isOf(run, RunFolder.CALIBRATION, calibrated.getStep(), "calibrate")) {
      record.setCalibrated(calibrated.clearAnswers());
    }
    var robustness = RobustnessRecord.newBuilder();
    if (read(run.folder().resolve(RunFolder.ROBUSTNESS), robustness)
        && isOf(run, RunFolder.ROBUSTNESS, robustness.getStep(), "robustness")) {
      record.setRobustness(robustness);
    }
    return new Report(record.build(), look.galleries());
  }

  /** Whether weights were judged as they are now; if the run went on since, a note says so. */
  private boolean isOf(LeftRun run, String file, int step, String command) {
    int now = run.record().getSteps();
    if (step == 0 || step == now) {
      return true;
    }
    notes.add(
        String.format(
            Locale.ROOT,
            "%s is of step %,d and the run of step %,d: left out; `mae %s %s` makes it anew",
            run.folder().resolve(file),
            step,
            now,
            command,
            ShellWord.of(run.folder())));
    return false;
  }

  /** Whether there is one. */
  private static boolean read(Path file, Message.Builder into) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(Files.readString(file), into);
      return true;
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, IoReason.of(e)), e);
    }
  }

  /** A comparison's pictures are those of its first pre-training. */
  private Report again(Path folder, ReportRecord record) throws IOException {
    var galleries = List.<Gallery>of();
    var pretraining = folder.resolve(RunFolder.PRETRAINING);
    if (record.hasPretraining() && Files.isDirectory(pretraining)) {
      try (var folders = Files.list(pretraining)) {
        for (var each : folders.sorted().toList()) {
          var run = LeftRun.in(each, "");
          if (run.isPresent()
              && run.get()
                  .record()
                  .getFingerprint()
                  .equals(record.getPretraining().getFingerprint())) {
            galleries = look(run.get()).galleries();
            break;
          }
        }
      }
    }
    return new Report(record, galleries);
  }

  private Look look(LeftRun run) throws IOException {
    var folder = run.folder();
    var record = run.record();
    if (new RunFolder(folder).latest().isEmpty()) {
      notes.add(folder + " holds no checkpoint: no pictures");
      return Look.nothing();
    }
    ImageSet images;
    try {
      images = ImageSet.open(data.orElse(record.getData().getSpec()));
      var task = Task.of(record.getExperiment(), images.training().classes().size());
      if (!task.select(images).describe().getDigest().equals(record.getData().getDigest())) {
        notes.add(
            "the images of %s are no longer those of the run: no pictures"
                .formatted(images.spec()));
        return Look.nothing();
      }
    } catch (DataException | IllegalArgumentException e) {
      notes.add("%s: no pictures; --data tells where the images lie now".formatted(e.getMessage()));
      return Look.nothing();
    }
    try (var weights = Weights.open(folder)) {
      var look = Look.of(record.getExperiment(), weights.file(), images, machine, () -> false);
      if (run.answers().isEmpty()) {
        return look;
      }
      var galleries = new ArrayList<Gallery>();
      galleries.add(
          AnswersLook.mistakes(
              run.answers(), record.getExperiment(), images.evaluation(), machine));
      galleries.addAll(look.galleries());
      return new Look(galleries, look.featureMap());
    }
  }
}
