package org.maejava.eval.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.train.CheckpointPolicy;
import org.maejava.train.TrainingObserver;

/**
 * A training that is a part of something larger. Its folder holds only what it takes to go on after
 * it was stopped or killed; whoever asked for it deletes the folder when the result is kept.
 *
 * @param folder its own; what lies there is of the same recipe, data and initial weights
 * @param machine to compute on
 * @param origin for the record
 * @param observer told of every step
 * @param stop asked after every update, and every batch of an evaluation
 */
public record UnfinishedRun(
    Path folder, Machine machine, Origin origin, TrainingObserver observer, BooleanSupplier stop) {

  /**
   * Begins, or goes on from the newest whole checkpoint.
   *
   * @param experiment a checked recipe
   * @param start gives the run its initial weights, if it begins
   * @throws IllegalArgumentException if the data do not fit the recipe
   * @throws IOException if the folder cannot be read or written
   */
  public TrainingRun open(Experiment experiment, ImageSet data, Consumer<TrainingRun> start)
      throws IOException {
    var files = new RunFolder(folder);
    var checkpoint = files.latest();
    var before = checkpoint.isPresent() ? Optional.of(files.record()) : Optional.<RunRecord>empty();
    var unreadable = new UnreadableSoFar();
    var run =
        new TrainingRun(
            experiment,
            data,
            machine,
            before.map(origin::goingOn).orElse(origin),
            new TrainingRun.Surroundings(
                Optional.of(
                    new CheckpointPolicy(
                        files.checkpoints(), CheckpointSpacing.of(experiment, data.training()), 1)),
                List.of(observer, files.unreadable(unreadable)),
                stop));
    unreadable.of(run);
    try {
      if (checkpoint.isPresent()) {
        run.resume(checkpoint.get(), before.orElseThrow());
      } else {
        start.accept(run);
      }
      run.probe();
      files.write(run.record().build());
      return run;
    } catch (IOException | RuntimeException e) {
      run.close();
      throw e;
    }
  }
}
