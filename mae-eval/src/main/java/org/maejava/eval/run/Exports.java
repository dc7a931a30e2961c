package org.maejava.eval.run;

import java.io.IOException;
import java.nio.file.Path;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.task.Task;
import org.maejava.proto.RunRecord;
import org.maejava.savedmodel.SavedModelWriter;
import org.maejava.storage.FolderLock;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.WeightSource;

/** Trained weights as SavedModels. */
public final class Exports {

  private Exports() {}

  /**
   * Writes a pre-trained model or a classifier, whichever the record's recipe says.
   *
   * @param record how the weights came about
   * @param destination a new folder, or an earlier export
   * @throws org.maejava.storage.FolderInUseException if another process writes there
   * @throws IOException naming the destination and the cause
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static Path write(
      RunRecord record, WeightSource weights, Machine machine, Path destination)
      throws IOException {
    var task = Task.of(record.getExperiment(), record.getData().getClassesCount());
    try (var lock = FolderLock.of(destination);
        var graph = new InferenceGraph(task::functions, machine.session())) {
      graph.restore("the trained model", weights);
      return SavedModelWriter.write(graph, record, destination);
    }
  }
}
