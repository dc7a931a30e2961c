package org.maejava.eval.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.maejava.eval.run.RunRequest.Start;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.ProbePoint;
import org.maejava.proto.RunRecord;
import org.maejava.proto.UnreadableImage;
import org.maejava.record.RecordFile;
import org.maejava.storage.Deletion;
import org.maejava.storage.FolderLock;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFile;
import org.maejava.train.Checkpoint;
import org.maejava.train.Checkpoints;
import org.maejava.train.TrainingObserver;

/**
 * What a run leaves behind: {@code record.json}, {@code log.jsonl} (the loss curve, a line for each
 * point, see {@link LogLines}) and {@code checkpoints/}.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {

  private static final String LOG = "log.jsonl";
  private static final String CHECKPOINTS = "checkpoints";

  /** The report's page. */
  public static final String REPORT = "report.html";

  /** The report for programs. */
  public static final String REPORT_JSON = "report.json";

  /** The report as text. */
  public static final String REPORT_MARKDOWN = "report.md";

  /** What {@code mae calibrate} is asked to leave here, for the report. */
  public static final String CALIBRATION = "calibration.json";

  /** What {@code mae robustness} is asked to leave here, for the report. */
  public static final String ROBUSTNESS = "robustness.json";

  /** TensorBoard's event files. */
  public static final String TENSORBOARD = "tensorboard";

  /** Pictures of hidden patches. */
  public static final String RECONSTRUCTION = "reconstruction.png";

  /** Finished runs of a comparison. */
  public static final String CELLS = "cells";

  /** What a comparison is of. */
  public static final String PLAN = "comparison.textproto";

  /** Which models a comparison exported, a line each. */
  public static final String MODELS = "models.txt";

  /** What a comparison trained first, a run's folder for each. */
  public static final String PRETRAINING = "pretraining";

  /** Everything that runs leave; the record goes first, so that half a folder is no run. */
  private static final List<String> OWN =
      List.of(
          RecordFile.NAME,
          PLAN,
          MODELS,
          REPORT,
          REPORT_JSON,
          REPORT_MARKDOWN,
          AnswersFile.NAME,
          CALIBRATION,
          ROBUSTNESS,
          TENSORBOARD,
          RECONSTRUCTION,
          LOG,
          CHECKPOINTS,
          PRETRAINING,
          CELLS);

  /** Where checkpoints lie. */
  public Path checkpoints() {
    return path.resolve(CHECKPOINTS);
  }

  /** Whether a run was begun here, or several of a comparison. */
  public boolean begun() throws IOException {
    return FolderContent.of(this) != FolderContent.NOTHING;
  }

  /** Why no model can be had of a folder, and what to do; empty: it is not known to have none. */
  public static Optional<String> withoutModel(Path folder) {
    return FolderContent.ofSeveral(folder)
        .map(
            content ->
                "%s holds %s, of which only reports are kept, no model; %s"
                    .formatted(
                        folder,
                        content.noun(),
                        content == FolderContent.SEEDS
                            ? "for a model run the same command without --seeds, into another --out"
                            : preTrained(folder)));
  }

  /** Of a comparison's folder, what it pre-trained: one run, or one for each variant. */
  private static String preTrained(Path comparison) {
    var pretraining = comparison.resolve(PRETRAINING);
    if (!Files.isDirectory(pretraining)) {
      return "nor lies an encoder in it that was pre-trained";
    }
    try (var runs = Files.list(pretraining)) {
      return "but what it pre-trained is there: "
          + runs.map(Path::toString).sorted().collect(Collectors.joining(", "));
    } catch (IOException e) {
      return "%s cannot be read: %s".formatted(pretraining, IoReason.of(e));
    }
  }

  /** Whether runs of several seeds or of a comparison were begun in a folder. */
  public static boolean holdsSeveral(Path folder) {
    return FolderContent.ofSeveral(folder).isPresent();
  }

  /**
   * Accepts a folder that a run may begin or go on in, as is asked for.
   *
   * @param asked a single run, or several seeds
   * @throws IllegalArgumentException saying what lies there, or does not, and what can be done
   */
  void require(Start start, FolderContent asked) throws IOException {
    var content = FolderContent.of(this);
    if (content == FolderContent.NOTHING) {
      if (start.goesOn()) {
        throw new IllegalArgumentException(
            "%s holds no run to resume; leave --resume out to start one".formatted(path));
      }
      requireNothingForeign();
    } else if (start instanceof Start.New) {
      throw new IllegalArgumentException(
          "%s already holds %s; go on with %s; or start over with --overwrite, or choose another --out"
              .formatted(path, content.noun(), content.again(asked)));
    } else if (start.goesOn() && content != asked) {
      throw new IllegalArgumentException(
          "%s holds %s; go on with %s; or choose another --out"
              .formatted(path, content.noun(), content.again(asked)));
    }
  }

  /**
   * Accepts a folder that is not there, is empty, or holds nothing but what runs leave.
   *
   * @throws IllegalArgumentException naming what else lies there
   */
  public void requireNothingForeign() throws IOException {
    if (!Files.isDirectory(path)) {
      return;
    }
    try (var entries = Files.list(path)) {
      var foreign =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !OWN.contains(name) && !name.startsWith("."))
              .sorted()
              .limit(5)
              .toList();
      if (!foreign.isEmpty()) {
        throw new IllegalArgumentException(
            "%s holds files that no run wrote (%s); choose another --out"
                .formatted(path, String.join(", ", foreign)));
      }
    }
  }

  /** Deletes what a run left; other files stay. */
  public void clear() throws IOException {
    for (var name : OWN) {
      Deletion.of(path.resolve(name));
    }
  }

  /** The newest whole checkpoint. */
  public Optional<Checkpoint> latest() throws IOException {
    return new Checkpoints(checkpoints()).latest();
  }

  /**
   * Keeps other processes out until it is closed.
   *
   * @throws IllegalArgumentException if it is a file
   * @throws org.maejava.storage.FolderInUseException if another process writes to the folder
   * @throws IOException if nothing can be written there
   */
  public FolderLock lock() throws IOException {
    if (Files.isRegularFile(path)) {
      throw new IllegalArgumentException(path + " is a file; a run goes into a folder");
    }
    return FolderLock.of(path);
  }

  private IOException cannotBeWritten(IOException e) {
    return new IOException(
        "%s cannot be written (%s); choose another --out".formatted(path, IoReason.of(e)), e);
  }

  /**
   * The run's record.
   *
   * @throws IOException if there is none, or naming what is wrong with it
   */
  public RunRecord record() throws IOException {
    return RecordFile.read(path)
        .orElseThrow(
            () -> new IOException(path + " is no run's folder: it has no " + RecordFile.NAME));
  }

  /** Writes the run's record, whole or not at all. */
  public void write(RunRecord record) throws IOException {
    RecordFile.write(record, path);
  }

  /**
   * Begins or goes on: the record says what is being run, the log holds the curve up to where it
   * goes on.
   *
   * @throws IOException if the folder cannot be written
   */
  public void begin(RunRecord record, List<CurvePoint> curve) throws IOException {
    var lines = new StringBuilder();
    var probes = new ArrayDeque<>(record.getProbesList());
    for (var point : curve) {
      // As they were written: features are looked at before a point of the curve is complete.
      while (!probes.isEmpty() && probes.peek().getStep() <= point.getStep()) {
        lines.append(LogLines.of(probes.remove())).append('\n');
      }
      lines.append(LogLines.of(point)).append('\n');
    }
    try {
      write(record);
      WholeFile.write(path.resolve(LOG), lines.toString().getBytes(UTF_8));
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  /** The curve as the log has it: of a run that still trains, later than its checkpoints. */
  public List<CurvePoint> logged() throws IOException {
    var log = path.resolve(LOG);
    if (!Files.exists(log)) {
      return List.of();
    }
    try (var lines = Files.lines(log, UTF_8)) {
      return lines.flatMap(line -> LogLines.point(line).stream()).toList();
    }
  }

  /** Adds every new point of the curve to the log. */
  public TrainingObserver log() {
    return new TrainingObserver() {
      @Override
      public void onCurvePoint(CurvePoint point) {
        append(LogLines.of(point) + "\n");
      }
    };
  }

  /** Fails where there is no log any more: somebody removed the folder while it was written to. */
  private void append(String lines) {
    try {
      Files.writeString(path.resolve(LOG), lines, UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw cannotBeWritten(LOG, e);
    }
  }

  /**
   * Keeps the list of unreadable images, before every checkpoint: a run that is killed behind it
   * goes on where it may meet none of them again.
   */
  public TrainingObserver unreadable(Supplier<List<UnreadableImage>> soFar) {
    return new TrainingObserver() {
      @Override
      public void onCheckpointDue() {
        try {
          var record = record();
          if (record.getUnreadableCount() < soFar.get().size()) {
            write(record.toBuilder().clearUnreadable().addAllUnreadable(soFar.get()).build());
          }
        } catch (IOException e) {
          throw cannotBeWritten(RecordFile.NAME, e);
        }
      }
    };
  }

  private UncheckedIOException cannotBeWritten(String file, IOException e) {
    return new UncheckedIOException(
        "%s cannot be written: %s".formatted(path.resolve(file), IoReason.of(e)), e);
  }

  /**
   * Finds out at the end whether what was written is still there: a folder that was removed
   * meanwhile was made again by the next file, which is then alone in it.
   *
   * @throws IOException naming what is missing
   */
  public void requireStillThere() throws IOException {
    for (var name : List.of(RecordFile.NAME, LOG)) {
      if (!Files.exists(path.resolve(name))) {
        throw new IOException(
            "%s is gone: the run's folder was removed while it was written to"
                .formatted(path.resolve(name)));
      }
    }
  }

  /** Adds a look at the features to the log and to the record. */
  public void add(ProbePoint probe) throws IOException {
    append(LogLines.of(probe) + "\n");
    write(record().toBuilder().addProbes(probe).build());
  }

  /**
   * Adds what a finished run came to.
   *
   * @param record with its evaluation, if it has one
   */
  public void addToLog(RunRecord record) {
    append(record.hasEvaluation() ? LogLines.of(record) + "\n" : "");
  }
}
