package org.maejava.eval.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maejava.eval.proto.CellRecord;
import org.maejava.eval.proto.Trial;
import org.maejava.eval.run.Answer;
import org.maejava.eval.run.AnswersFile;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.record.SealedJson;
import org.maejava.storage.Deletion;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFile;
import org.maejava.storage.WholeFolder;

/**
 * The finished cells of a comparison: {@code ROW/COLUMN/seed-N/}, each there whole or not at all,
 * and until then beside it its trials and what its runs need to go on, {@code seed-N-trials/}.
 */
public final class Cells {

  /** The cell's record beside the run's. */
  public static final String NAME = "cell.json";

  private static final String TRIALS = "-trials";

  private final Path folder;

  private Cells(Path folder) {
    this.folder = folder;
  }

  /** Below this folder. */
  public static Cells in(Path folder) {
    return new Cells(folder);
  }

  /**
   * A finished cell.
   *
   * @param run record.json
   * @param cell cell.json
   */
  record Kept(RunRecord run, CellRecord cell) {}

  /** A name as part of a path: what differs in more than punctuation stays different. */
  public static String slug(String name) {
    return name.toLowerCase(Locale.ROOT)
        .replace("½", "half")
        .replace("%", "percent")
        .replaceAll("[^a-z0-9.]+", "-")
        .replaceAll("^[-.]+|[-.]+$", "");
  }

  /** Where a cell is kept. */
  public Path folder(CellKey key) {
    return folder
        .resolve(slug(key.candidate().name()))
        .resolve(slug(key.budget().name()))
        .resolve("seed-" + Long.toUnsignedString(key.seed()));
  }

  /** Whether a cell is finished, whatever it was made of; nothing is opened. */
  public boolean isThere(CellKey key) {
    return Files.isRegularFile(folder(key).resolve(RecordFile.NAME));
  }

  private Path trials(CellKey key) {
    var cell = folder(key);
    return cell.resolveSibling(cell.getFileName() + TRIALS);
  }

  /** Whether a folder holds what a cell leaves until it is finished. */
  public static boolean isUnfinished(Path folder) {
    return String.valueOf(folder.getFileName()).matches("seed-\\d+" + TRIALS);
  }

  /**
   * What is kept there, whatever it was made of.
   *
   * @throws IOException if there is a record that cannot be read
   */
  Optional<Kept> find(CellKey key) throws IOException {
    var at = folder(key);
    WholeFolder.recover(at);
    var run = RecordFile.read(at);
    if (run.isEmpty()) {
      return Optional.empty();
    }
    var cell = read(at.resolve(NAME), CellRecord.newBuilder());
    return cell.map(found -> new Kept(run.get(), found.build()));
  }

  /** A trial that was finished and is of this very kind. */
  Optional<Trial> findTrial(CellKey key, String variant, String fingerprint) throws IOException {
    return read(trials(key).resolve(slug(variant) + ".json"), Trial.newBuilder())
        .map(Trial.Builder::build)
        .filter(trial -> trial.getFingerprint().equals(fingerprint));
  }

  void keepTrial(CellKey key, Trial trial) throws IOException {
    WholeFile.write(
        trials(key).resolve(slug(trial.getVariant()) + ".json"),
        SealedJson.text(trial).getBytes(UTF_8));
    Deletion.of(unfinished(key, trial.getFingerprint()));
  }

  /**
   * Where a run of a cell that is not finished keeps what it needs to go on.
   *
   * @param fingerprint of everything that determines the run
   */
  Path unfinished(CellKey key, String fingerprint) {
    return trials(key).resolve("run-" + fingerprint.substring(0, 12));
  }

  /** Whole or not at all; the trials are in its record. */
  void keep(CellKey key, Kept kept, List<Answer> answers) throws IOException {
    WholeFolder.write(
        folder(key),
        partial -> {
          Files.writeString(partial.resolve(RecordFile.NAME), RecordFile.json(kept.run()), UTF_8);
          Files.writeString(partial.resolve(NAME), SealedJson.text(kept.cell()), UTF_8);
          AnswersFile.write(answers, kept.run().getData().getClassesList(), partial);
        });
    Deletion.of(trials(key));
  }

  private static <B extends Message.Builder> Optional<B> read(Path file, B into)
      throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      SealedJson.read(Files.readString(file, UTF_8), into, SealedJson.Newer.READ);
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be read (%s); delete its folder to have that cell run again"
              .formatted(file, IoReason.of(e)),
          e);
    }
    return Optional.of(into);
  }

  /** Where they lie. */
  @Override
  public String toString() {
    return folder.toString();
  }
}
