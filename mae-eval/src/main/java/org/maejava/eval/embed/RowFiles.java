package org.maejava.eval.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maejava.eval.proto.RowsRecord;
import org.maejava.record.SealedJson;
import org.maejava.storage.FolderLock;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFile;
import org.maejava.words.Counted;

/**
 * Files of rows that are written together, with a hidden record of what they were made of ({@code
 * .name.json}) beside the first of them. Until they are whole they are hidden, and whoever is
 * stopped goes on from the last record.
 *
 * @param parts by file; the first is the one that was asked for
 * @param <T> what a model said of an image
 */
record RowFiles<T>(Map<Path, RowFormat<T>> parts) {

  /** A record is written so often: 512 images. */
  private static final int BATCHES_PER_RECORD = 16;

  private Path first() {
    return parts.keySet().iterator().next();
  }

  private Path hiddenRecord() {
    return GrowingFile.hidden(record(first()));
  }

  /** Where the record of a file lies. */
  static Path record(Path file) {
    return GrowingFile.hidden(file, ".json");
  }

  /** What a file was made of, if that is known. */
  static Optional<RowsRecord> read(Path record) throws IOException {
    if (!Files.isRegularFile(record)) {
      return Optional.empty();
    }
    var rows = RowsRecord.newBuilder();
    try {
      SealedJson.read(Files.readString(record, UTF_8), rows, SealedJson.Newer.REFUSED);
    } catch (IOException e) {
      throw new IOException(record + " is no record of rows: " + IoReason.of(e), e);
    }
    return Optional.of(rows.build());
  }

  /** Whether rows are of the same model, images and content. */
  static boolean same(RowsRecord a, RowsRecord b) {
    return a.getModelDigest().equals(b.getModelDigest())
        && a.getDataDigest().equals(b.getDataDigest())
        && a.getContent().equals(b.getContent());
  }

  /**
   * Writes what is missing.
   *
   * @param wanted what the rows are to be made of
   * @param overwrite whether others' files of these names are replaced
   * @return the record of the whole, or of the part that is done if the pass was stopped; without a
   *     single row no file was written
   * @throws IOException naming the file
   */
  @SuppressWarnings("try") // the lock is held, not used
  RowsRecord write(RowsRecord wanted, ModelPass<T> pass, Progress progress, boolean overwrite)
      throws IOException {
    var file = first().toAbsolutePath().normalize();
    try (var lock = FolderLock.of(file)) {
      var whole = read(record(first())).filter(record -> same(record, wanted));
      if (whole.isPresent() && Files.isRegularFile(first())) {
        return whole.get();
      }
      var ended = ended(wanted, pass.size());
      if (ended.isPresent()) {
        return finished(ended.get());
      }
      if (!overwrite) {
        requireNothingElseBegun(wanted);
      }
      for (var part : parts.keySet()) {
        if (Files.exists(part) && !overwrite) {
          throw new IllegalArgumentException(
              "%s is there and was made of something else; give another --out or --overwrite"
                  .formatted(part));
        }
      }
      Files.createDirectories(
          Optional.ofNullable(file.getParent())
              .orElseThrow(() -> new IOException(file + " is no file")));
      return write(wanted, pass, progress);
    }
  }

  private void requireNothingElseBegun(RowsRecord wanted) throws IOException {
    var earlier = read(hiddenRecord()).filter(record -> !same(record, wanted));
    if (earlier.isPresent() && earlier.get().getDone() > 0) {
      throw new IllegalArgumentException(
          "%s was begun of something else, of which %s done; give another --out or --overwrite"
              .formatted(first(), Counted.of(earlier.get().getDone(), "image is", "images are")));
    }
  }

  /** What a pass tells and is told. */
  interface Progress {
    /** After every batch: images tried. */
    void done(int images);

    /** Whether to stop. */
    boolean stop();
  }

  private RowsRecord write(RowsRecord wanted, ModelPass<T> pass, Progress progress)
      throws IOException {
    var state = begun(wanted).orElse(wanted).toBuilder();
    var files = new ArrayList<GrowingFile<T>>();
    try {
      int at = 0;
      for (var part : parts.entrySet()) {
        long length = state.getLengthsCount() > 0 ? state.getLengths(at++) : 0;
        files.add(new GrowingFile<>(part.getKey(), part.getValue(), length));
      }
      progress.done(state.getDone());
      var batches = new int[1];
      boolean ended =
          pass.run(
              state.getDone(),
              batch -> {
                append(batch, files, state);
                progress.done(batch.done());
                boolean stop = progress.stop();
                if (++batches[0] % BATCHES_PER_RECORD == 0 || stop) {
                  save(state, files);
                }
                return !stop;
              });
      if (ended) {
        save(state, files);
      }
    } finally {
      for (var file : files) {
        file.close();
      }
    }
    return state.getDone() == pass.size() ? finished(state.build()) : state.build();
  }

  private void append(
      ModelPass.Batch<T> batch, List<GrowingFile<T>> files, RowsRecord.Builder state)
      throws IOException {
    for (var item : batch.items()) {
      for (var file : files) {
        file.add(item);
      }
    }
    state
        .setDone(batch.done())
        .setRows(state.getRows() + batch.items().size())
        .addAllUnreadable(batch.unreadable());
  }

  /** What an earlier command did of the same rows. */
  private Optional<RowsRecord> begun(RowsRecord wanted) throws IOException {
    var earlier = read(hiddenRecord());
    if (earlier.isEmpty()
        || !same(earlier.get(), wanted)
        || earlier.get().getLengthsCount() != parts.size()) {
      return Optional.empty();
    }
    int at = 0;
    for (var part : parts.keySet()) {
      var hidden = GrowingFile.hidden(part);
      if (!Files.isRegularFile(hidden) || Files.size(hidden) < earlier.get().getLengths(at++)) {
        return Optional.empty();
      }
    }
    return earlier;
  }

  private void save(RowsRecord.Builder state, List<GrowingFile<T>> files) throws IOException {
    state.clearLengths();
    for (var file : files) {
      state.addLengths(file.synced());
    }
    write(hiddenRecord(), state.build());
  }

  /** The last record of a pass that was killed when whole files were put in their places. */
  private Optional<RowsRecord> ended(RowsRecord wanted, int size) throws IOException {
    var last = read(hiddenRecord());
    if (last.isEmpty()
        || !same(last.get(), wanted)
        || last.get().getDone() != size
        || last.get().getLengthsCount() != parts.size()) {
      return Optional.empty();
    }
    int at = 0;
    for (var part : parts.keySet()) {
      var place = Files.isRegularFile(GrowingFile.hidden(part)) ? GrowingFile.hidden(part) : part;
      if (!Files.isRegularFile(place) || Files.size(place) != last.get().getLengths(at++)) {
        return Optional.empty();
      }
    }
    return last;
  }

  /** Puts in its place what is not there yet, the file that was asked for last. */
  private RowsRecord finished(RowsRecord last) throws IOException {
    if (last.getRows() == 0) {
      for (var part : parts.keySet()) {
        Files.deleteIfExists(GrowingFile.hidden(part));
      }
      Files.deleteIfExists(hiddenRecord());
      return last;
    }
    Files.deleteIfExists(record(first()));
    int at = parts.size();
    for (var part : ImmutableList.copyOf(parts.keySet()).reverse()) {
      long length = last.getLengths(--at);
      if (Files.isRegularFile(GrowingFile.hidden(part))) {
        try (var file = new GrowingFile<>(part, requireNonNull(parts.get(part)), length)) {
          file.finish(last.getRows());
        }
      }
    }
    var record = last.toBuilder().clearLengths().build();
    write(record(first()), record);
    Files.deleteIfExists(hiddenRecord());
    return record;
  }

  private static void write(Path file, RowsRecord record) throws IOException {
    WholeFile.write(file, SealedJson.text(record).getBytes(UTF_8));
  }
}
