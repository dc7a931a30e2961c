package org.maejava.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maejava.proto.CheckpointState;
import org.maejava.proto.Rewind;
import org.maejava.record.NewerFormatException;
import org.maejava.storage.Deletion;
import org.maejava.storage.WholeFolder;
import org.maejava.weights.WeightSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's checkpoints: one folder for each, named after its step, {@code step-00000120}.
 *
 * @param folder that holds them; it need not be there
 */
public record Checkpoints(Path folder) {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String PREFIX = "step-";

  /**
   * Writes the checkpoint of the state's step. If there is one of that step, it is damaged, as a
   * run goes on from the newest whole one; it is replaced.
   *
   * @param files as {@link Checkpoint#files} gives them
   * @throws IOException naming the file; earlier checkpoints are untouched
   */
  Checkpoint write(CheckpointState state, Map<String, WeightSource> files) throws IOException {
    return Checkpoint.write(folderOf(state.getStep()), state, files);
  }

  /**
   * The newest whole checkpoint; damaged ones are named in the log and passed over.
   *
   * @throws NewerFormatException if a newer release wrote it: going on behind its back would lose
   *     what it did
   */
  public Optional<Checkpoint> latest() throws IOException {
    for (var newest : newestFirst()) {
      try {
        return Optional.of(Checkpoint.open(newest));
      } catch (NewerFormatException e) {
        throw e;
      } catch (IOException e) {
        LOG.warn("passing over a damaged checkpoint: {}", e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * The checkpoint of one step.
   *
   * @throws IOException if there is no whole one, naming those that there are
   */
  public Checkpoint at(int step) throws IOException {
    var all = newestFirst();
    if (!all.contains(folderOf(step))) {
      throw new IOException(
          "%s has no checkpoint of step %d; there are %s"
              .formatted(folder, step, all.stream().map(Path::getFileName).toList()));
    }
    return Checkpoint.open(folderOf(step));
  }

  /**
   * Takes the run back: later checkpoints are deleted, and this one goes on with a scaled rate.
   *
   * @param step of the checkpoint to go on from
   * @param rateScale multiplies the rate from there on, on top of earlier rewinds
   * @throws IOException if there is no whole checkpoint of that step, naming those that there are
   */
  public Checkpoint rewind(int step, double rateScale) throws IOException {
    var target = at(step);
    // First, so that being killed in between leaves a run that can be rewound again.
    var all = newestFirst();
    for (var later : all.subList(0, all.indexOf(target.folder()))) {
      Deletion.of(later);
    }
    var rewind = Rewind.newBuilder().setStep(step).setRateScale(rateScale);
    return target.with(target.state().toBuilder().addRewinds(rewind).build());
  }

  /** Deletes all but the newest, and what was never finished. */
  void prune(int keep) throws IOException {
    WholeFolder.clearLeftovers(folder);
    for (var old : newestFirst().stream().skip(keep).toList()) {
      Deletion.of(old);
    }
  }

  private Path folderOf(int step) {
    return folder.resolve(PREFIX + "%08d".formatted(step));
  }

  private List<Path> newestFirst() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches(PREFIX + "\\d+"))
          .sorted(Comparator.comparing(Path::getFileName).reversed())
          .toList();
    }
  }
}
