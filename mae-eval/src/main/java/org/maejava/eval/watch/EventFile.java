package org.maejava.eval.watch;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.maejava.data.source.TfRecordFile;
import org.maejava.storage.IoReason;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

/**
 * A file of TensorBoard's events: TFRecords of {@link Event}. TensorBoard joins all such files of a
 * folder, so that a run which goes on begins another.
 */
final class EventFile implements AutoCloseable {

  private static final String FORMAT = "brain.Event:2";

  private static final Pattern NAME =
      Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\.mae\\..*");

  private final Path file;
  private final OutputStream out;
  private final InstantSource clock;

  private EventFile(Path file, OutputStream out, InstantSource clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Begins a file.
   *
   * @param folder made if missing
   * @param from the last step before; what other files have of later ones does not count
   */
  static EventFile begin(Path folder, long from, InstantSource clock) throws IOException {
    Files.createDirectories(folder);
    long second = Math.max(clock.instant().getEpochSecond(), latestSecond(folder));
    int number = 0;
    Path file;
    do {
      file = folder.resolve("events.out.tfevents.%010d.mae.%d".formatted(second, number++));
    } while (Files.exists(file));
    var events =
        new EventFile(
            file,
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            clock);
    events.write(Event.newBuilder().setFileVersion(FORMAT));
    events.write(
        Event.newBuilder()
            .setStep(from + 1)
            .setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START)));
    return events;
  }

  /** That the newest file there is named after: readers go by names, clocks may be set back. */
  private static long latestSecond(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(name -> Long.parseLong(name.group(1)))
          .max()
          .orElse(0);
    }
  }

  /** Adds values of a step; a reader sees them at once. */
  void add(long step, Summary summary) {
    write(Event.newBuilder().setStep(step).setSummary(summary));
  }

  private void write(Event.Builder event) {
    var now = clock.instant();
    event.setWallTime(now.getEpochSecond() + now.getNano() / 1e9);
    try {
      out.write(TfRecordFile.framed(event.build().toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written: %s".formatted(file, IoReason.of(e)), e);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
