package org.maejava.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.maejava.proto.CheckpointState;
import org.maejava.storage.IoReason;

/**
 * Where, how often, and how many checkpoints are kept.
 *
 * @param folder that holds them
 * @param everySteps updates between two; the last update always has one
 * @param keep newest ones that are not deleted
 */
public record CheckpointPolicy(Path folder, int everySteps, int keep) implements Checkpointing {

  public CheckpointPolicy {
    if (everySteps < 1 || keep < 1) {
      throw new IllegalArgumentException(
          "a checkpoint every %d steps, %d kept: both must be at least 1"
              .formatted(everySteps, keep));
    }
  }

  /**
   * Finds out before training what would stop it later: a folder that cannot be written, a disk
   * without room for one more checkpoint than is kept.
   *
   * @param checkpointBytes of one checkpoint
   * @throws IOException naming the folder and what it lacks
   */
  public void probe(long checkpointBytes) throws IOException {
    // Room first: a run that is refused leaves no folder behind.
    long needed = (keep + 1) * checkpointBytes;
    long free = Files.getFileStore(nearest(folder.toAbsolutePath())).getUsableSpace();
    if (free < needed) {
      throw new IOException(
          "%s has %,d MB free but %d checkpoints of %,d MB need %,d MB; make room, keep fewer, or choose"
                  .formatted(folder, free >> 20, keep + 1, checkpointBytes >> 20, needed >> 20)
              + " another --out");
    }
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "probe", ".tmp"));
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be written (%s); choose another --out".formatted(folder, IoReason.of(e)), e);
    }
  }

  private static Path nearest(Path folder) {
    var at = folder;
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  @Override
  public boolean isDue(int step, int totalSteps) {
    return step % everySteps == 0 || step == totalSteps;
  }

  @Override
  public Optional<Checkpoint> write(CheckpointState state, TrainingGraph graph) throws IOException {
    return Optional.of(new Checkpoints(folder).write(state, Checkpoint.files(graph)));
  }

  @Override
  public void prune() throws IOException {
    new Checkpoints(folder).prune(keep);
  }

  @Override
  public String keepOffending(int step, List<Batch> batches) {
    try {
      return "its batch is kept as " + OffendingBatch.write(folder, step, batches);
    } catch (IOException e) {
      return "its batch could not be kept (%s)".formatted(e.getMessage());
    }
  }
}
