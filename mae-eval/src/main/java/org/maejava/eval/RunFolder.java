package org.maejava.eval;

import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.RunRecord;
import org.maejava.proto.UnreadableImage;
import org.maejava.train.Checkpoint;
import org.maejava.train.Checkpoints;
import org.maejava.train.TrainingObserver;

/**
 * What a run leaves behind: {@code record.json}, {@code log.jsonl} (the loss curve, a line for each
 * point) and {@code checkpoints/}.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {

  private static final String LOG = "log.jsonl";

  /** Where checkpoints lie. */
  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  /** Whether a run was begun here. */
  public boolean begun() throws IOException {
    return Files.exists(path.resolve(RunRecords.FILE)) || latest().isPresent();
  }

  /** The newest whole checkpoint. */
  public Optional<Checkpoint> latest() throws IOException {
    return new Checkpoints(checkpoints()).latest();
  }

  /**
   * Begins or goes on: the record says what is being run, the log holds the curve up to where it
   * goes on.
   *
   * @throws IOException if the folder cannot be written
   */
  public void begin(RunRecord record, List<CurvePoint> curve) throws IOException {
    try {
      Files.createDirectories(path);
      RunRecords.write(record, path);
      Files.writeString(path.resolve(LOG), "");
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be written (%s); choose another --out".formatted(path, e), e);
    }
    for (var point : curve) {
      append(point);
    }
  }

  /** Adds every new point of the curve to the log. */
  public TrainingObserver log() {
    return new TrainingObserver() {
      @Override
      public void onCurvePoint(CurvePoint point) {
        try {
          append(point);
        } catch (IOException e) {
          throw new UncheckedIOException(
              "%s cannot be written: %s".formatted(path.resolve(LOG), e.getMessage()), e);
        }
      }
    };
  }

  /** Keeps the list of unreadable images with every checkpoint, for a run that is killed. */
  public TrainingObserver unreadable(Supplier<List<UnreadableImage>> soFar) {
    return new TrainingObserver() {
      @Override
      public void onCheckpoint(Path checkpoint) {
        try {
          var record = RunRecords.read(path);
          if (record.getUnreadableCount() < soFar.get().size()) {
            var now = record.toBuilder().clearUnreadable().addAllUnreadable(soFar.get());
            RunRecords.write(now.build(), path);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(
              "%s cannot be written: %s".formatted(path.resolve(RunRecords.FILE), e.getMessage()),
              e);
        }
      }
    };
  }

  private void append(CurvePoint point) throws IOException {
    var line =
        JsonFormat.printer()
            .omittingInsignificantWhitespace()
            .preservingProtoFieldNames()
            .includingDefaultValueFields()
            .print(point);
    Files.writeString(
        path.resolve(LOG), line + "\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
  }
}
