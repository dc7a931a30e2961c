package org.maejava.eval.run;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.storage.FolderLock;
import org.maejava.train.Trainer;
import org.maejava.train.TrainingObserver;

/**
 * A training run in its folder: begun there, or gone on with. Everything that can be wrong is found
 * before anything is written, and nobody else writes to the folder until it is closed.
 */
public final class FolderRun implements AutoCloseable {

  /** What is trained on when nothing is named: the bundled images. */
  public static final String DEFAULT_DATA = "fashion-mnist";

  private final RunFolder folder;
  private final Optional<FolderLock> lock;
  private final ImageSet data;
  private final TrainingRun run;
  private final List<String> beginning;
  private final List<String> warnings;

  FolderRun(
      RunFolder folder,
      Optional<FolderLock> lock,
      ImageSet data,
      TrainingRun run,
      List<String> beginning,
      List<String> warnings) {
    this.folder = folder;
    this.lock = lock;
    this.data = data;
    this.run = run;
    this.beginning = beginning;
    this.warnings = warnings;
  }

  /**
   * Begins a run, or goes on with one. Of several workers only the chief writes to the folder,
   * which the others read.
   *
   * @param observers told of every step, beside the run's own log
   * @param stop asked after every update
   * @throws IllegalArgumentException if what was asked for cannot be
   * @throws org.maejava.data.source.DataException if the data cannot be used for it
   * @throws org.maejava.storage.FolderInUseException if another process writes to the folder
   * @throws IOException if files cannot be read or written
   */
  public static FolderRun open(
      RunRequest request,
      Machine machine,
      InstantSource clock,
      List<TrainingObserver> observers,
      BooleanSupplier stop)
      throws IOException {
    Optional<FolderLock> lock =
        machine.workers().isChief() ? Optional.of(request.folder().lock()) : Optional.empty();
    try {
      return new Opening(request, machine, clock, observers, stop).open(lock);
    } catch (IOException | RuntimeException e) {
      if (lock.isPresent()) {
        lock.get().close();
      }
      throw e;
    }
  }

  /**
   * Trains to the end. The record says how far it came otherwise, and why.
   *
   * @throws StoppedException if asked to stop
   */
  public void train() throws IOException {
    try {
      if (run.train() == Trainer.Outcome.STOPPED) {
        throw new StoppedException("at step %d of %d".formatted(run.step(), run.totalSteps()));
      }
      folder.write(run.record().build());
    } catch (StoppedException e) {
      folder.write(run.record().build());
      throw e;
    } catch (IOException | RuntimeException e) {
      try {
        folder.write(run.record().setFailure(String.valueOf(e.getMessage())).build());
      } catch (IOException unwritten) {
        e.addSuppressed(unwritten);
      }
      throw e;
    }
  }

  /** The training; it is this object's to close. */
  public TrainingRun run() {
    return run;
  }

  /** Where it leaves its files. */
  public RunFolder folder() {
    return folder;
  }

  /** The data as opened. */
  public ImageSet data() {
    return data;
  }

  /** Epochs between two looks at the features; empty: there are none. */
  public Optional<Integer> probeEvery() {
    return run.notes().probeEvery();
  }

  /** How it begins or goes on, in sentences; none where there is nothing to say. */
  public List<String> beginning() {
    return beginning;
  }

  /** What of data and recipe is no mistake and may yet not be what was meant, in sentences. */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public void close() throws IOException {
    run.close();
    if (lock.isPresent()) {
      lock.get().close();
    }
  }
}
