package org.maejava.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.maejava.proto.RunRecord;
import org.maejava.record.SealedJson.Newer;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFile;

/** {@code record.json}: the {@link RunRecord} of a run's or an exported model's folder. */
public final class RecordFile {

  /** Its name in the folder. */
  public static final String NAME = "record.json";

  private RecordFile() {}

  /** A record as the file holds it. */
  public static String json(RunRecord record) throws IOException {
    return SealedJson.text(record);
  }

  /**
   * Writes a folder's record, whole or not at all.
   *
   * @throws IOException naming the file; an older one is left as it was
   */
  public static void write(RunRecord record, Path folder) throws IOException {
    WholeFile.write(folder.resolve(NAME), json(record).getBytes(UTF_8));
  }

  /**
   * Reads a folder's record; of one that a newer version wrote, what this version knows.
   *
   * @return empty if the folder has none
   * @throws IOException naming the file and what is wrong with it
   */
  public static Optional<RunRecord> read(Path folder) throws IOException {
    var file = folder.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      var text = Files.readString(file);
      return Optional.of(SealedJson.read(text, RunRecord.newBuilder(), Newer.READ).build());
    } catch (IOException e) {
      throw new IOException(file + " is not a run's record: " + IoReason.of(e), e);
    }
  }
}
